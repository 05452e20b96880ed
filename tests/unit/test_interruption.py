from typing import Any

import pytest

from snapback.model.errors import WindowClosed
from snapback.model.records import Meta
from snapback.rescue.interruption import alarm_states, engaged, may_go_on, may_inject, not_startable
from tests.fakes.answers import answer, refused

UNREADABLE = refused()


def switch(value: str) -> dict[str, Any]:
    return {"Parameter": {"Value": value}}


def meta(status: str = "running", **changes: Any) -> Meta:
    values: dict[str, Any] = {"experiment": {"stop_alarms": ["old"]}, "deadline": 0}
    return Meta(experiment_id="run", status=status, execution_arn="arn", **(values | changes))


def alarms(**states: str) -> dict[str, Any]:
    return {"MetricAlarms": [{"AlarmName": k, "StateValue": v} for k, v in states.items()]}


@pytest.mark.parametrize(
    ("value", "stops"),
    [("on", True), (" ON\n", True), ("off", False), ("", False), ("one", False)],
)
def test_the_switch_is_engaged_when_it_says_on(value: str, *, stops: bool) -> None:
    answers = {"GetParameter": switch(value)}
    assert bool(answer(engaged("switch"), answers)) is stops
    assert bool(answer(not_startable("switch"), answers)) is stops


def test_a_switch_that_cannot_be_read_lets_nothing_start_and_stops_nothing() -> None:
    answers = {"GetParameter": UNREADABLE}
    assert "cannot be read" in answer(not_startable("switch"), answers)
    assert answer(engaged("switch"), answers) == ""


@pytest.mark.parametrize("step", [may_inject, may_go_on])
@pytest.mark.parametrize(
    ("value", "states", "reason"),
    [
        ("on", {"old": "OK"}, "the kill switch switch is engaged"),
        ("off", {"old": "ALARM"}, "stop alarm old is in ALARM"),
    ],
)
def test_a_window_ends_with_the_reason(
    step: Any, value: str, states: dict[str, str], reason: str
) -> None:
    answers = {"GetParameter": switch(value), "DescribeAlarms": alarms(**states)}
    with pytest.raises(WindowClosed, match=reason):
        answer(step(meta(), "switch"), answers)


@pytest.mark.parametrize("step", [may_inject, may_go_on])
@pytest.mark.parametrize("states", [{"old": "OK"}, {"old": "INSUFFICIENT_DATA"}, {}])
def test_a_window_goes_on_while_nothing_says_otherwise(step: Any, states: dict[str, str]) -> None:
    answers = {"GetParameter": switch("off"), "DescribeAlarms": alarms(**states)}
    answer(step(meta(), "switch"), answers)


def test_alarms_that_cannot_be_read_do_not_end_a_window() -> None:
    answers = {"GetParameter": switch("off"), "DescribeAlarms": UNREADABLE}
    answer(may_go_on(meta(), "switch"), answers)


@pytest.mark.parametrize("status", ["preparing", "restoring", "closed"])
def test_an_experiment_that_is_not_running_does_not_go_on(status: str) -> None:
    with pytest.raises(WindowClosed, match=f"experiment run is {status}"):
        answer(may_go_on(meta(status), "switch"), {"GetParameter": switch("off")})


def test_metric_and_composite_alarms_are_both_alarms() -> None:
    composite = {"CompositeAlarms": [{"AlarmName": "all", "StateValue": "ALARM"}]}
    answers = {"DescribeAlarms": alarms(old="OK") | composite}
    assert answer(alarm_states(["old", "all"]), answers) == {"old": "OK", "all": "ALARM"}


def test_without_alarms_nothing_is_asked() -> None:
    assert answer(alarm_states([]), {}) == {}
