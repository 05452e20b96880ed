from typing import Any

import pytest

from snapback.model.evidence import Evidence, Span
from snapback.model.expectations import BacklogGrew, DrainedWithin
from snapback.workload.backlog_verdicts import backlog_grew, drained_within
from tests.fakes.evidence import GREW, evidence, sample


@pytest.mark.parametrize(
    ("samples", "expected", "result"),
    [
        (GREW, {}, "held"),
        (GREW, {"at_least": 100}, "held"),
        (GREW, {"at_least": 101}, "deviated"),
        ((sample(590, 5), sample(700, 3)), {}, "deviated"),
        ((sample(590, None), sample(700, None)), {}, "unknown"),
        ((sample(590),), {}, "unknown"),
        ((), {}, "unknown"),
    ],
)
def test_a_backlog_grew(samples: Any, expected: Any, result: str) -> None:
    assert backlog_grew(BacklogGrew(**expected), evidence(*samples)).verdict == result


@pytest.mark.parametrize(
    ("after", "seconds", "result"),
    [
        ((sample(910, 60), sample(930, 4)), 30, "held"),
        ((sample(910, 60), sample(930, 4)), 29, "deviated"),
        ((sample(910, 60), sample(930, 50)), 30, "deviated"),
        ((sample(910, 60),), 30, "unknown"),
        ((sample(910, None),), 5, "deviated"),
        ((), 5, "unknown"),
    ],
)
def test_a_queue_was_drained_in_time(after: Any, seconds: int, result: str) -> None:
    found = drained_within(DrainedWithin(seconds=seconds), evidence(*GREW, *after))
    assert found.verdict == result


CREATING = {"settled": False}
STARTED = {"settled": True}


@pytest.mark.parametrize(
    ("after", "seconds", "result", "part"),
    [
        ((sample(910, 60, **CREATING), sample(1090, 60, **STARTED), sample(1110, 0, **STARTED)), 20,
         "held", "drained 20 s after its targets were at rest, 210 s after the last restore"),
        ((sample(910, 60, **CREATING), sample(1090, 60, **STARTED), sample(1110, 0, **STARTED)), 19,
         "deviated", "drained 20 s after"),
        ((sample(910, 60, **CREATING), sample(1000, 0, **CREATING), sample(1090, 0, **STARTED)), 1,
         "held", "drained 0.0 s after"),
        ((sample(910, 60, **CREATING), sample(1090, 60, **STARTED)), 30,
         "unknown", "not drained 0 s after"),
        ((sample(910, 60, **CREATING), sample(1400, 60, **CREATING)), 30,
         "unknown", "found every target at rest"),
        ((sample(910, 60, **STARTED), sample(930, 0, **CREATING)), 30,
         "held", "drained 30 s after the last restore"),
    ],
)  # fmt: skip
def test_what_lambda_takes_to_start_a_mapping_is_not_charged_to_the_workload(
    after: Any, seconds: int, result: str, part: str
) -> None:
    found = drained_within(DrainedWithin(seconds=seconds), evidence(*GREW, *after))
    assert (found.verdict, part in found.reason) == (result, True), found


BEGAN, BACK = 600.0, 930.0
BEFORE = {480.0: 300.0, 540.0: 500.0}
BEHIND = {**BEFORE, 900.0: 330_500.0, 960.0: 200_000.0}
CAUGHT_UP = {**BEHIND, 1020.0: 15_000.0, 1080.0: 400.0}
STREAM = frozenset({"kinesis"})


def aged(ages: dict[float, float], kinds: frozenset[str] = STREAM, samples: Any = ()) -> Evidence:
    """A run whose streams were broken from 600 s to 930 s, with an iterator age a minute."""
    away = (Span(BEGAN, BACK),)
    series = {"iterator_age_ms": [{"at": at, "value": value} for at, value in ages.items()]}
    return Evidence(samples, series, 3000, away, away, kinds=kinds)


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
    found = drained_within(DrainedWithin(seconds=seconds), aged(values))
    assert found.verdict == verdict
    assert part in found.reason


def test_a_stream_too_is_given_the_time_of_its_start() -> None:
    started = [{"at": 931, "settled": False}, {"at": 1000, "settled": True}]
    found = drained_within(DrainedWithin(seconds=140), aged(CAUGHT_UP, samples=started))
    assert found.verdict == "held"
    assert drained_within(DrainedWithin(seconds=140), aged(CAUGHT_UP)).verdict == "unknown"


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
    asked = DrainedWithin(seconds=20, sources=sources)
    found = aged(BEHIND, frozenset(kinds), QUEUED)
    assert drained_within(asked, found).verdict == verdict


def test_a_run_that_broke_nothing_drained_nothing() -> None:
    found = drained_within(DrainedWithin(seconds=9), evidence(*GREW, any_broken=()))
    assert (found.verdict, found.reason) == ("unknown", "nothing was broken")
