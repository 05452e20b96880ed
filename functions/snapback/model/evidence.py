"""What is known of a run once it is over: when its targets were broken, its samples and series.

Times are epoch seconds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import ceil
from typing import NamedTuple

from snapback.model.effects import Document
from snapback.model.records import Target

MINUTE = 60

LEAD_SECONDS = 300
"""How much of the time before an experiment is shown for comparison."""

type Series = dict[str, list[dict[str, float]]]
"""Metric series by name, each `[{at, value}]` a minute, oldest first."""

PUBLISHED_SECONDS = 300
"""After so long CloudWatch has published a minute; before, a missing point may still appear."""


class Span(NamedTuple):
    """A stretch of time."""

    begins: float
    ends: float

    def minutes(self) -> list[float]:
        """The whole minutes in it, by their first second."""
        first, last = ceil(self.begins / MINUTE), int(self.ends // MINUTE)
        return [float(minute * MINUTE) for minute in range(first, last)]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`samples` and `series` are as in the report, `letters` what was read at the destinations."""

    samples: Sequence[Document]
    series: Series
    until: float
    any_broken: tuple[Span, ...] = ()
    """For each cycle, from the first target's first change to the last one's restore."""
    all_broken: tuple[Span, ...] = ()
    """For each cycle, the time in which every target was broken; none where they took turns."""
    letters: Document = field(default_factory=dict)
    kinds: frozenset[str] = frozenset()
    """The kinds of the broken targets' sources, such as `sqs` and `kinesis`."""

    @property
    def began(self) -> float | None:
        """When the first target was broken; None if none was."""
        return min((span.begins for span in self.any_broken), default=None)

    @property
    def back(self) -> float | None:
        """When the last target was restored; None if none was broken."""
        return max((span.ends for span in self.any_broken), default=None)

    @property
    def ready(self) -> float | None:
        """When the restored targets were at rest again, so that the workload could go on."""
        return None if self.back is None else at_rest(self.samples, self.back)

    def since_window(self) -> list[Document]:
        """The samples taken since the first change."""
        began = self.began
        return [each for each in self.samples if began is not None and each["at"] >= began]


def at_rest(samples: Iterable[Document], back: float) -> float | None:
    """When targets that were back at a moment were at rest; None if no sample since shows it.

    That is the moment itself, unless a sample since then has seen one in transition.
    """
    since = [each for each in samples if each["at"] >= back]
    if not since or since[0].get("settled", True):
        return back
    return next((each["at"] for each in since if each["settled"]), None)


def spans(targets: Iterable[Target]) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """When any target was broken, and when all were: one span a cycle."""
    broken = sorted(turn for target in targets for turn in _turns(target))
    any_broken, all_broken = [], []
    for _, turns in groupby(broken, key=lambda turn: turn[0]):
        found = [span for _, span in turns]
        any_broken.append(Span(min(s.begins for s in found), max(s.ends for s in found)))
        shared = Span(max(s.begins for s in found), min(s.ends for s in found))
        all_broken += [shared] if shared.ends > shared.begins else []
    return tuple(any_broken), tuple(all_broken)


def _turns(target: Target) -> list[tuple[int, Span]]:
    """Each cycle in which the target was broken, and when."""
    return [
        (number, Span(turn.broken_at, turn.restored_at))
        for number, turn in enumerate(target.turns)
        if turn.broken_at and turn.restored_at
    ]


def quiet_minutes(evidence: Evidence) -> tuple[list[float], float] | None:
    """The whole minutes with every target broken, and the invocations in them.

    None where that is not known: CloudWatch has no points for minutes without invocations, so a
    missing point means none only if there were some before and later minutes are published.
    """
    points = evidence.series.get("invocations", [])
    minutes = [minute for span in evidence.all_broken for minute in span.minutes()]
    began = evidence.began
    if not minutes or began is None:
        return None
    busy_before = any(point["at"] < began and point["value"] for point in points)
    last = max(minutes)
    later = any(point["at"] > last for point in points)
    published = later or evidence.until - last >= MINUTE + PUBLISHED_SECONDS
    if not (busy_before and published):
        return None
    return minutes, sum(point["value"] for point in points if point["at"] in minutes)


def total_since(points: Sequence[Mapping[str, float]], back: float) -> float:
    """The sum of a series over the minutes since the last restore, its own minute included."""
    first = back // MINUTE * MINUTE
    return sum(each["value"] for each in points if each["at"] >= first)
