"""An invocation as the domain sees it, at a moment that the test chooses."""

from snapback.model.timings import Clock, Timings
from snapback.protocol.attempt import Attempt

TIMINGS = Timings()


def attempt(
    now: float | Clock, *, seconds: float = 120, owner: str = "me", timings: Timings = TIMINGS
) -> Attempt:
    """An attempt that begins now, or at the time of a clock, and lives for so many seconds."""
    clock = now if callable(now) else lambda: now
    return Attempt(owner, clock() + seconds, timings, clock)
