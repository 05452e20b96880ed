"""Over all cycles, a recreated stream mapping starts at or before the last processed record."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import pytest

from snapback.faults.mappings.delete import act
from snapback.faults.mappings.mapping import key_of
from snapback.faults.mappings.start_position import NO_PROGRESS
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.model.timings import Timings
from snapback.protocol.contract import Captured, Terms
from tests.fakes.answers import Answers, answer
from tests.fakes.mappings import described, viewed
from tests.simulation.source import original

MARGIN = Timings().position_margin_seconds
START = 1_000_000.0
DAY = 86_400


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
        minute = now - now % 60 - DAY
        while minute <= now - delay:
            if self.since <= minute < self.invoked_until:
                yield minute, (minute - self.processed(minute)) * 1000
            minute += 60


type Points = Iterable[tuple[float, float]]
"""What CloudWatch shows of a metric: `(minute, value)`."""


def captured(
    mapping: Mapping[str, Any], at: float, ages: Points, *beside: Any, **others: Points
) -> float:
    """Where the snapshot taken at a moment would start the new mapping; 0 is the oldest record.

    `others` are the metrics of its function besides the iterator age, such as `Errors`.
    """
    experiment = Experiment(function_name="consumer", own={"event_uuids": "all"})
    answers: Answers = {
        "GetEventSourceMapping": mapping,
        "ListTags": {"Tags": {}},
        "GetMetricData": partial(_shown, {"IteratorAge": ages, **others}),
    }
    target = Target("a", key_of(mapping), "reserved", str(mapping["UUID"]))
    terms, view = Terms(experiment, Timings(), at), viewed(mapping, *beside)
    found = answer(act.snapshot(target, terms, view), answers)
    assert isinstance(found, Captured)
    return float(found.undo.get("StartingPositionTimestamp", 0))


def _shown(metrics: Mapping[str, Points], params: Mapping[str, Any]) -> dict[str, Any]:
    """What CloudWatch answers: the metrics of the time that is asked about."""
    results = []
    for query in params["MetricDataQueries"]:
        name = query["MetricStat"]["Metric"]["MetricName"]
        asked = params["StartTime"], params["EndTime"]
        points = [each for each in metrics.get(name, ()) if asked[0] <= each[0] <= asked[1]]
        results.append({
            "Id": query["Id"],
            "Timestamps": [minute for minute, _ in points],
            "Values": [value for _, value in points],
        })  # fmt: skip
    return {"MetricDataResults": results}


@pytest.mark.parametrize("delay", [0, 60, 180])
@pytest.mark.parametrize("idle", [0, 120, 600, 870, 2_000, 30_000])
@pytest.mark.parametrize("behind", [0, 500, 40_000])
@pytest.mark.parametrize("waits", [0, 400, 80_000])
def test_a_start_is_counted_from_what_is_known(
    delay: float, idle: float, behind: float, waits: float
) -> None:
    """A mapping may be behind, not invoked for a while, and deleted long after its capture."""
    reader = Reader(START - DAY, START - DAY - behind, 0, invoked_until=START - idle)
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


@pytest.mark.parametrize("idle", [1_000, 7_200, 80_000])
def test_a_stream_that_was_quiet_for_hours_is_not_read_from_its_oldest_record(idle: float) -> None:
    reader = Reader(START - DAY, START - DAY, invoked_until=START - idle)
    start = captured(described(original(1)), START, list(reader.ages(START, 60)))
    assert START - idle - start < MARGIN + 300


@dataclass(frozen=True, slots=True)
class Failing:
    """A mapping that handled a batch, and whose next one fails from its first record on.

    Times are epoch seconds, durations seconds. The batch that was handled was received at
    `handled_at` and took `duration`; the one that fails follows it, and tells the age of its last
    record. CloudWatch shows what happened only after `delay`.
    """

    handled_at: float
    duration: float
    age: float
    last_age: float
    delay: float

    @property
    def unread(self) -> float:
        """When the first record of the failing batch arrived, at the earliest."""
        return self.handled_at - self.age

    def captured(self, now: float, result: str, *, errs: bool = True) -> float:
        """Where the snapshot taken at a moment would start the new mapping."""
        failing_at = self.handled_at + self.duration
        ages = [(self.handled_at, self.age * 1000), (failing_at, self.last_age * 1000)]
        errors = [(minute, 1.0) for minute in (failing_at + 60, failing_at + 120) if errs]
        durations = [(failing_at, self.duration * 1000)]
        shown = [
            [each for each in points if each[0] <= now - self.delay]
            for points in (ages, errors, durations)
        ]
        mapping = described(original(1)) | {"LastProcessingResult": result}
        return captured(mapping, now, shown[0], Errors=shown[1], Duration=shown[2])


FAILED = "PROBLEM: Function call failed"


@pytest.mark.parametrize("result", ["OK", FAILED])
@pytest.mark.parametrize("delay", [0, 60, 180])
@pytest.mark.parametrize("since", [0, 61, 170, 600, 7_200])
@pytest.mark.parametrize("duration", [1, 400, 899])
@pytest.mark.parametrize(("age", "last_age"), [(0, 0), (18_000, 60), (18_000, 14_400)])
def test_a_failing_batch_is_read_again_from_its_first_record(
    result: str, delay: float, since: float, duration: float, age: float, last_age: float
) -> None:
    """It may follow a backlog, or a long invocation, and its failures may not be published yet."""
    failing = Failing(START - since - duration, duration, age, last_age, delay)
    assert failing.captured(START, result) <= failing.unread


def test_a_last_result_that_failed_is_enough_to_distrust_the_ages() -> None:
    """No failure is published, and the batch before it was handled days ago."""
    failing = Failing(START - 3 * DAY, 3 * DAY - 600, 0, 60, delay=60)
    assert failing.captured(START, FAILED, errs=False) == 0


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_failures_before_the_newest_age_make_the_ages_worthless(metric: str) -> None:
    """Throttled for hours, and read a first batch just now: it may begin anywhere in them."""
    ages = [(START - 60, 60_000.0)]
    mapping = described(original(1))
    assert captured(mapping, START, ages, **{metric: [(START - 600, 1.0)]}) == 0
    assert captured(mapping, START, ages, **{metric: [(START - 600, 0.0)]}) > 0
    assert captured(mapping, START, ages, **{metric: [(START - 2_000, 1.0)]}) > 0


@pytest.mark.parametrize("paused", [600, 18_000, 2 * DAY])
def test_the_first_batch_after_a_pause_may_begin_anywhere_in_it(paused: float) -> None:
    """Disabled for hours and just enabled again, which only LastModified tells."""
    enabled_at = START - 200
    before = Reader(START - 9 * DAY, START - 9 * DAY, invoked_until=enabled_at - paused)
    ages = [*before.ages(START, 0), (START - 60, 60_000.0)]
    mapping = described(original(1)) | {"LastModified": enabled_at}
    assert captured(mapping, START, ages) <= before.processed(START)


@pytest.mark.parametrize(
    "own", [{"StartingPosition": "LATEST"}, {"StartingPosition": "TRIM_HORIZON"}]
)
def test_a_batch_of_which_one_item_fails_again_and_again_is_read_from_its_first_record(
    own: dict[str, Any],
) -> None:
    """Its function succeeds and names the item, so nothing fails; the age is that of the last."""
    ages = [(START - each, 60_000.0) for each in range(60, 7_200, 60)]
    partial = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
    assert captured(described(original(1)) | partial | own, START, ages) == 0


@pytest.mark.parametrize("paused", [600, 7_200, 2 * DAY])
@pytest.mark.parametrize("ago", [0, 60, 899])
def test_a_mapping_at_latest_that_was_enabled_again_and_has_not_read_yet_loses_no_pause(
    ago: float, paused: float
) -> None:
    """Its last change was not its creation, and it read what came before the pause."""
    enabled_at = START - ago
    before = Reader(START - 9 * DAY, START - 9 * DAY, invoked_until=enabled_at - paused)
    mapping = described(original(1)) | {
        "LastProcessingResult": NO_PROGRESS,
        "LastModified": enabled_at,
    }
    start = captured(mapping, START, list(before.ages(START, 0)))
    assert start <= before.processed(START)
    assert (start > 0) is (paused < DAY)
