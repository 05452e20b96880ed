"""How far behind the readers of streams were, and when they had caught up, by CloudWatch; pure.

Lambda publishes one iterator age a minute for all streams of a function, some minutes late, and
none for a minute in which it read nothing. So a moment is known to the minute at best.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from snapback.model.evidence import MINUTE, PUBLISHED_SECONDS
from snapback.model.expectations import DrainedWithin, Expectation
from snapback.workload.backlog import DRAINED

STREAMS = frozenset({"kinesis", "dynamodb"})
"""The kinds of source that have an iterator age."""

COMPLETE_SECONDS = 60
"""How long after its end a minute counts as complete: until then a late value may raise it."""

_LATE_SECONDS = 2 * MINUTE + PUBLISHED_SECONDS


@dataclass(frozen=True, slots=True)
class Lag:
    """Iterator ages in milliseconds, and how many seconds after the last restore it caught up.

    `at_least` is how long it was certainly behind; `at_most` is None if it was never seen to catch
    up.
    """

    before: float
    peak: float
    at_least: float
    at_most: float | None
    seen: bool
    """Whether any whole minute since the last restore is known."""

    def settles(self, seconds: float) -> bool:
        """Whether later minutes cannot change the verdict on being back within so many seconds."""
        return self.at_most is not None or self.at_least > seconds


def measure(
    points: Sequence[Mapping[str, float]], began: float, back: float, until: float
) -> Lag | None:
    """The lag of a run, as known at `until`; None without a whole minute before the first change.

    Caught up is the first whole minute whose age is back to a twentieth of what was added to it.
    """
    known = [each for each in points if each["at"] + MINUTE + COMPLETE_SECONDS <= until]
    before = max((p["value"] for p in known if p["at"] + MINUTE <= began), default=None)
    if before is None:
        return None
    since = [each for each in known if each["at"] + MINUTE > began]
    peak = max((each["value"] for each in since), default=before)
    limit = before + DRAINED * (peak - before)
    first = ceil(back / MINUTE) * MINUTE
    after = [each for each in since if each["at"] >= first]
    caught_up = next((p["at"] for p in after if p["value"] <= limit), None)
    behind = [
        each["at"] - back
        for each in after
        if each["value"] > limit and (caught_up is None or each["at"] < caught_up)
    ]
    at_most = None if caught_up is None else caught_up + MINUTE - back
    return Lag(before, peak, max(behind, default=0.0), at_most, bool(after))


def limits(expected: Iterable[Expectation], kinds: frozenset[str]) -> list[int]:
    """Within how many seconds streams are expected to drain, where any were taken away."""
    if not kinds & STREAMS:
        return []
    return [
        each.seconds
        for each in expected
        if isinstance(each, DrainedWithin) and each.sources != "queues"
    ]


def watched_until(seconds: Iterable[int], back: float) -> float:
    """The epoch second by which every minute that decides is published."""
    return max((back + each + _LATE_SECONDS for each in seconds), default=back)


def figures(lag: Lag) -> dict[str, Any]:
    """The lag as the figures of a verdict."""
    return {
        "before_ms": lag.before,
        "peak_ms": lag.peak,
        "seconds_at_least": round(lag.at_least, 1),
        "seconds_at_most": None if lag.at_most is None else round(lag.at_most, 1),
    }
