from typing import Any

import pytest

from snapback.judge.metrics import invocations_stopped, metric_holds
from snapback.model.evidence import Span
from snapback.model.expectations import InvocationsStopped, MetricHolds
from snapback.workload.metrics import name_of
from tests.fakes.evidence import BUSY, GREW, evidence

LEAK = [*BUSY, {"at": 720.0, "value": 1.0}]


@pytest.mark.parametrize(
    ("points", "changes", "result"),
    [
        (BUSY, {}, "held"),
        ([*BUSY, {"at": 660.0, "value": 0.0}], {}, "held"),
        (LEAK, {}, "deviated"),
        ([], {}, "unknown"),
        ([{"at": 960.0, "value": 9.0}], {}, "unknown"),
        (BUSY[:-1], {}, "unknown"),
        (BUSY[:-1], {"until": 1300}, "held"),
        (BUSY, {"all_broken": (Span(601, 650),)}, "unknown"),
        (BUSY, {"all_broken": ()}, "unknown"),
        ([*BUSY, {"at": 600.0, "value": 9.0}], {"all_broken": (Span(601, 900),)}, "held"),
    ],
    ids=[
        "no points", "zeros", "one invocation", "no metric", "idle before", "not published yet",
        "long published", "no whole minute", "in turns", "a part of a minute does not count",
    ],
)  # fmt: skip
def test_invocations_stopped(points: Any, changes: Any, result: str) -> None:
    found = evidence(*GREW, series={"invocations": points}, **changes)
    assert invocations_stopped(InvocationsStopped(), found).verdict == result


@pytest.mark.parametrize(
    ("during", "values", "result"),
    [
        ("before", {300.0: 0.0, 540.0: 1.0, 600.0: 99.0}, "held"),
        ("before", {300.0: 0.0, 540.0: 2.0}, "deviated"),
        ("window", {540.0: 99.0, 600.0: 1.0, 840.0: 1.0, 900.0: 99.0}, "held"),
        ("window", {540.0: 0.0}, "unknown"),
        ("after", {840.0: 99.0, 900.0: 1.0}, "held"),
        ("after", {960.0: 0.0}, "unknown"),
    ],
)
def test_a_metric_is_judged_by_its_whole_minutes(
    during: Any, values: dict[float, float], result: str
) -> None:
    asked = MetricHolds(
        namespace="AWS/Lambda", name="Errors", comparison="<=", threshold=1, during=during
    )
    points = [{"at": at, "value": value} for at, value in values.items()]
    found = evidence(*GREW, series={name_of(asked): points})
    assert metric_holds(asked, found).verdict == result
