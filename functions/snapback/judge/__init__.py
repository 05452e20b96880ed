"""Judges expectations by the evidence of a run; pure. What is not known is never healthy."""
