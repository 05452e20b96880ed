"""Who changes a target, and until when its requests may land."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempt:
    """One invocation that injects or restores; times in epoch seconds."""

    owner: str
    send_until: float
    quiet_at: float
    """After this moment no request of this invocation can land any more."""
    pause: float
    """Seconds between two tries of what was not possible yet."""
