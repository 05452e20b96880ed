"""Streams detached at 600 s and back at 930 s; their iterator age comes a minute at a time."""

from typing import Any

import pytest

from snapback.judge.drain import drained_within
from snapback.model import expectations
from snapback.model.effects import Load, Write
from snapback.model.evidence import Evidence, Span
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, Target
from snapback.model.timings import Timings
from snapback.run.window import watch
from snapback.workload.stream_lag import kinds_of, limits, measure, watched_until
from tests.fakes.answers import answer
from tests.unit.samples import CONFIGS, UUID

BEGAN, BACK = 600.0, 930.0
BEFORE = {480.0: 300.0, 540.0: 500.0}
BEHIND = {**BEFORE, 900.0: 330_500.0, 960.0: 200_000.0}
CAUGHT_UP = {**BEHIND, 1020.0: 15_000.0, 1080.0: 400.0}
STREAM = frozenset({"kinesis"})


def points(values: dict[float, float]) -> list[dict[str, float]]:
    return [{"at": at, "value": value} for at, value in values.items()]


@pytest.mark.parametrize(
    ("values", "until", "at_least", "at_most"),
    [
        (CAUGHT_UP, 3000, 30, 150),
        ({**CAUGHT_UP, 1140.0: 90_000.0}, 3000, 30, 150),
        (CAUGHT_UP, 1139, 30, None),
        (BEHIND, 3000, 30, None),
        ({**BEFORE, 900.0: 400.0}, 3000, 0, None),
        ({**BEFORE, 1020.0: 400.0}, 3000, 0, 150),
        ({**BEFORE, 900.0: 330_500.0, 1200.0: 400.0}, 3000, 0, 330),
    ],
    ids=[
        "a twentieth is left", "once back is back", "a minute may still rise", "never back",
        "the minute of the restore is not whole", "never behind", "minutes without data",
    ],
)  # fmt: skip
def test_being_caught_up_is_known_to_the_minute(
    values: dict[float, float], until: float, at_least: float, at_most: float | None
) -> None:
    lag = measure(points(values), BEGAN, BACK, until)
    assert lag
    assert (lag.at_least, lag.at_most) == (at_least, at_most)


@pytest.mark.parametrize("values", [{}, {600.0: 400.0}, {541.0: 400.0, 1080.0: 9.0}])
def test_without_a_whole_minute_before_nothing_is_known(values: dict[float, float]) -> None:
    assert measure(points(values), BEGAN, BACK, 3000) is None


def evidence(values: dict[float, float], kinds: frozenset[str] = STREAM, **more: Any) -> Evidence:
    away = (Span(BEGAN, BACK),)
    series = {"iterator_age_ms": points(values)}
    return Evidence(more.get("samples", ()), series, 3000, away, away, kinds=kinds)


@pytest.mark.parametrize(
    ("values", "seconds", "verdict", "part"),
    [
        (CAUGHT_UP, 150, "held", "from 0.5 s to 330.5 s, back as before 30 to 150 s after"),
        (CAUGHT_UP, 149, "unknown", "known to the minute"),
        (CAUGHT_UP, 30, "unknown", "known to the minute"),
        (CAUGHT_UP, 29, "deviated", "known to the minute"),
        (BEHIND, 29, "deviated", "still behind 30 s after"),
        (BEHIND, 30, "unknown", "still behind 30 s after"),
        (BEFORE, 30, "unknown", "no iterator age since the last restore"),
        ({}, 30, "unknown", "no iterator age of a whole minute before"),
    ],
)
def test_streams_are_judged_by_what_a_minute_can_tell(
    values: dict[float, float], seconds: int, verdict: str, part: str
) -> None:
    found = drained_within(expectations.DrainedWithin(seconds=seconds), evidence(values))
    assert found.verdict == verdict
    assert part in found.reason


QUEUED = [
    {"at": at, "queues": {"q": {"visible": visible}}}
    for at, visible in ((590, 0), (700, 90), (940, 0))
]


@pytest.mark.parametrize(
    ("kinds", "sources", "verdict"),
    [
        ({"sqs"}, "all", "held"),
        ({"sqs", "kinesis"}, "all", "deviated"),
        ({"sqs", "dynamodb"}, "queues", "held"),
        ({"sqs", "dynamodb"}, "streams", "deviated"),
        ({"sqs", "msk"}, "all", "unknown"),
        ({"sqs", "msk"}, "queues", "held"),
        ({"sqs"}, "streams", "unknown"),
    ],
)
def test_the_worst_of_all_sources_is_the_verdict(
    kinds: set[str], sources: Any, verdict: str
) -> None:
    asked = expectations.DrainedWithin(seconds=20, sources=sources)
    found = evidence(BEHIND, frozenset(kinds), samples=QUEUED)
    assert drained_within(asked, found).verdict == verdict


def target(source: str = "kinesis", **changes: Any) -> Target:
    values = {"detached_at": BEGAN, "restored_at": BACK, "snapshot": {"config": CONFIGS[source]}}
    return Target(experiment_id="run", key="k", uuid="u", status="restored", **(values | changes))


def test_only_streams_that_were_read_and_taken_away_are_waited_for() -> None:
    idle = {"config": {**CONFIGS["dynamodb"], "State": "Disabled"}}
    kinds = kinds_of([target(), target("mq", detached_at=0), target("dynamodb", snapshot=idle)])
    assert kinds == {"kinesis"}
    both = [
        expectations.DrainedWithin(seconds=60),
        expectations.DrainedWithin(seconds=70, sources="queues"),
        expectations.BacklogGrew(),
    ]
    assert limits(both, kinds) == [60]
    assert limits(both, frozenset({"sqs"})) == []
    assert watched_until([], BACK) == BACK
    assert watched_until([60, 90], BACK) == BACK + 90 + 120 + 300


@pytest.mark.parametrize(
    ("values", "now", "over"),
    [
        (BEFORE, 1000.0, False),
        (BEHIND, 1200.0, False),
        (CAUGHT_UP, 1139.0, False),
        (CAUGHT_UP, 1140.0 + 60, True),
        ({}, 1000.0, True),
        (BEHIND, BACK + 200 + 420 + 1, True),
        ({**BEHIND, 1140.0: 300_000.0}, 1260.0, True),
    ],
    ids=[
        "nothing yet", "behind", "a minute too early", "caught up", "no comparison", "given up",
        "certainly too late",
    ],
)  # fmt: skip
def test_the_recovery_is_watched_until_the_metric_tells(
    values: dict[float, float], now: float, *, over: bool
) -> None:
    asked = [expectations.DrainedWithin(seconds=200)]
    experiment = Experiment(function_name="orders", event_uuids="all", expect=list(asked))
    meta = Meta("run", "restoring", "arn", experiment.stored(), 0, started_at=590)
    seen = points(values)
    result = {
        "Id": "m0",
        "Timestamps": [each["at"] for each in seen],
        "Values": [each["value"] for each in seen],
    }
    answers: dict[str, Any] = {
        "GetEventSourceMapping": {"State": "Enabled"},
        "GetMetricData": {"MetricDataResults": [result]},
    }
    stored = [
        {
            "sk": "target#k", "experiment_id": "run", "key": "k", "uuid": UUID,
            "status": "restored", "detached_at": BEGAN, "restored_at": BACK,
            "snapshot": {"config": CONFIGS["kinesis"]},
            "at": 0, "queues": {}, "alarms": {},
        }
    ]  # fmt: skip
    found = answer(watch(meta, Timings(recovery_seconds=10), lambda: now), answers, stored)
    assert found["over"] is over


def test_a_watch_grants_the_ramp_down_for_a_verification_that_says_nothing() -> None:
    timings, now = Timings(), 1000.0
    experiment = Experiment(function_name="orders", event_uuids="all", ramp_time=86_400)
    meta = Meta("run", "restoring", "arn", experiment.stored(), 0)
    first: Any = next(steps := watch(meta, timings, lambda: now))
    extended = steps.send([{"experiment_id": "run", "key": "k", "uuid": "u", "status": "restored"}])
    assert isinstance(first, Load)
    assert isinstance(extended, Write)
    verified = now + timings.watch_recovery_task_seconds + timings.verify_targets_task_seconds
    reported = verified + 86_400 + timings.report_task_seconds
    assert extended.changes[0].set["deadline"] > reported
