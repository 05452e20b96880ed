"""LocalEmu puts every control-plane call on the event bus, with a thread and a second request for each.

AWS does so only for accounts that log their API calls; the lab is one that does not.
"""

from localemu.services.cloudtrail import recording_hook


def install() -> None:
    """Stop the forwarding."""
    if not hasattr(recording_hook, "_emit_cloudtrail_to_eventbridge"):
        raise RuntimeError("localemu no longer forwards calls the way this module expects")
    recording_hook._emit_cloudtrail_to_eventbridge = lambda *_, **__: None
