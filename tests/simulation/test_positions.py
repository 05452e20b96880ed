"""Over all cycles, a recreated stream mapping starts at or before the last processed record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from snapback.faults.mappings.delete import act
from snapback.faults.mappings.mapping import key_of
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.model.timings import Timings
from snapback.protocol.contract import Captured, Terms, View
from tests.fakes.answers import answer
from tests.fakes.mappings import described
from tests.simulation.source import original

MARGIN = Timings().position_margin_seconds
START = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Reader:
    """A mapping that reads a stream: at each moment, up to which record time it has processed.

    It falls behind by `slower` seconds a second. While it is not invoked nothing is measured.
    """

    since: float
    position: float
    slower: float = 0
    invoked_until: float = float("inf")

    def processed(self, now: float) -> float:
        """The time of the newest record that it has processed."""
        reading = min(now, self.invoked_until) - self.since
        return self.position + max(0.0, reading) * (1 - self.slower)

    def ages(self, now: float, delay: float) -> Iterator[tuple[float, float]]:
        """The (minute, milliseconds) pairs that CloudWatch shows, a little after the fact."""
        minute = now - now % 60 - 900
        while minute <= now - delay:
            if self.since <= minute < self.invoked_until:
                yield minute, (minute - self.processed(minute)) * 1000
            minute += 60


def captured(
    mapping: Mapping[str, Any], at: float, ages: list[tuple[float, float]], *beside: Any
) -> float:
    """Where the snapshot taken at a moment would start the new mapping; 0 is the oldest record."""
    experiment = Experiment(function_name="consumer", own={"event_uuids": "all"})
    shown = [each for each in ages if at - 900 <= each[0]]
    stamps, values = [each[0] for each in shown], [each[1] for each in shown]
    result = {"Id": "m0", "Timestamps": stamps, "Values": values}
    answers = {
        "GetEventSourceMapping": mapping,
        "ListTags": {"Tags": {}},
        "GetMetricData": {"MetricDataResults": [result]},
    }
    target = Target("a", key_of(mapping), "reserved", str(mapping["UUID"]))
    terms, view = Terms(experiment, Timings(), at), View((mapping, *beside))
    found = answer(act.snapshot(target, terms, view), answers)
    assert isinstance(found, Captured)
    return float(found.undo.get("StartingPositionTimestamp", 0))


@pytest.mark.parametrize("delay", [0, 60, 180])
@pytest.mark.parametrize("idle", [0, 120, 600, 870, 2_000])
@pytest.mark.parametrize("behind", [0, 500, 40_000])
@pytest.mark.parametrize("waits", [0, 400, 80_000])
def test_a_start_is_counted_from_what_is_known(
    delay: float, idle: float, behind: float, waits: float
) -> None:
    """A mapping may be behind, not invoked for a while, and deleted long after its capture."""
    reader = Reader(START - 9_000, START - 9_000 - behind, 0, invoked_until=START - idle)
    start = captured(described(original(1)), START, list(reader.ages(START, delay)))
    assert start <= reader.processed(START), (delay, idle, behind)
    assert start <= reader.processed(START + waits)


def test_a_start_counted_from_the_deletion_would_lose_events() -> None:
    """The age was read at the capture: counted from a later moment it reaches too far."""
    reader = Reader(START - 9_000, START - 9_000, invoked_until=START)
    start = captured(described(original(1)), START, list(reader.ages(START, 0)))
    assert start <= reader.processed(START + 400) < start + 400


STALLED = 3 * 3600
"""How long ago the mapping stopped to read while another one kept up."""


@pytest.mark.parametrize("position", ["LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"])
@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_ages_of_another_mapping_are_not_counted_back(position: str, state: str) -> None:
    """The healthy one speaks for the function, whose metric knows no mapping."""
    healthy = Reader(START - 90_000, START - 90_000)
    stalled = Reader(START - 90_000, START - 90_000, invoked_until=START - STALLED)
    own: dict[str, Any] = {"StartingPosition": position, "State": state}
    if position == "AT_TIMESTAMP":
        own["StartingPositionTimestamp"] = START - 90_000
    mapping = described(original(1)) | own
    shown = list(healthy.ages(START, 60))
    start = captured(mapping, START, shown, described(original(2, "carts")))
    assert start <= stalled.processed(START)


@pytest.mark.parametrize("age", [0, 60, 600, 899])
def test_a_start_at_the_oldest_record_is_kept_while_older_ages_show(age: float) -> None:
    """Made at the oldest record by an earlier cycle, and the ages are of the mapping before it."""
    before = Reader(START - 90_000, START - 90_000)
    mapping = described(original(2)) | {
        "StartingPosition": "TRIM_HORIZON",
        "LastModified": START - age,
    }
    seen = [each for each in before.ages(START, 0) if each[0] < START - age]
    assert captured(mapping, START, seen) == 0


HOLDS = (30, 300, 600, 880, 3_600)
PAUSES = (0, 40, 130)
CAUGHT_UP = (0.0, 0.5, 1.0)


@pytest.mark.parametrize("delay", [0, 60, 180])
def test_no_cycle_loses_the_gap_of_the_one_before(delay: float) -> None:
    """The ages that CloudWatch shows soon after a restore are those of the mapping before."""
    for hold, pause, caught_up in product(HOLDS, PAUSES, CAUGHT_UP):
        first = Reader(START - 9_000, START - 9_000)
        shown = list(first.ages(START, delay))
        start = captured(described(original(1)), START, shown)
        lost_from = first.processed(START)
        made_at = START + hold
        rate = (made_at + pause - start) / pause * caught_up if pause else 0
        second = Reader(made_at, start, 1 - rate)
        again_at = made_at + pause
        seen = [each for each in first.ages(again_at, delay) if each[0] < START]
        mapping = described(original(2)) | {
            "StartingPosition": "AT_TIMESTAMP",
            "StartingPositionTimestamp": start,
            "LastModified": made_at,
        }
        again = captured(mapping, again_at, seen + list(second.ages(again_at, delay)))
        unread = max(lost_from, second.processed(again_at))
        assert again <= unread, (hold, pause, caught_up)


def test_the_margin_is_not_needed_twice() -> None:
    """A healthy mapping starts a few minutes back, not hours."""
    reader = Reader(START - 9_000, START - 9_000)
    start = captured(described(original(1)), START, list(reader.ages(START, 60)))
    assert START - start < MARGIN + 300
