"""What ends a synth that cannot succeed."""


class Refusal(Exception):
    """Why there is nothing to synthesize, in words for the person who asked."""
