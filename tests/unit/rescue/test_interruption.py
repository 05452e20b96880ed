from collections.abc import Callable
from typing import Any

import pytest

from snapback.model.effects import Step
from snapback.model.errors import WindowClosed
from snapback.model.experiment import Experiment
from snapback.model.records import Meta
from snapback.rescue.interruption import engaged, may_go_on, may_inject, not_startable
from tests.fakes.answers import Answers, answer, refused

UNREADABLE = refused()
UNTOLD: dict[str, Any] = {"GetParameterHistory": {"Parameters": []}}
EXPERIMENT = Experiment(function_name="orders", stop_alarms=["old"])


def switch(value: str) -> dict[str, Any]:
    return {"Parameter": {"Value": value}}


def meta(status: str = "running") -> Meta:
    return Meta("run", status, "arn", EXPERIMENT, deadline=0)


def alarms(**states: str) -> dict[str, Any]:
    return {"MetricAlarms": [{"AlarmName": k, "StateValue": v} for k, v in states.items()]}


@pytest.mark.parametrize(
    ("value", "stops"),
    [("on", True), (" ON\n", True), ("off", False), ("", False), ("one", False)],
)
def test_the_switch_is_engaged_when_it_says_on(value: str, *, stops: bool) -> None:
    answers = {"GetParameter": switch(value), **UNTOLD}
    assert bool(answer(engaged("switch"), answers)) is stops
    assert bool(answer(not_startable("switch"), answers)) is stops


def test_a_switch_that_cannot_be_read_lets_nothing_start_and_stops_nothing() -> None:
    answers = {"GetParameter": UNREADABLE}
    assert "cannot be read" in answer(not_startable("switch"), answers)
    assert answer(engaged("switch"), answers) == ""


each_way = pytest.mark.parametrize("ask", [may_inject, may_go_on])
type Ask = Callable[[Meta, str], Step[None]]


@each_way
@pytest.mark.parametrize(
    ("value", "states", "reason"),
    [
        ("on", {"old": "OK"}, "the kill switch switch is engaged"),
        ("off", {"old": "ALARM"}, "stop alarm old is in ALARM"),
    ],
)
def test_a_window_ends_with_the_reason(
    ask: Ask, value: str, states: dict[str, str], reason: str
) -> None:
    answers = {"GetParameter": switch(value), "DescribeAlarms": alarms(**states), **UNTOLD}
    with pytest.raises(WindowClosed, match=reason):
        answer(ask(meta(), "switch"), answers)


@each_way
@pytest.mark.parametrize("states", [{"old": "OK"}, {"old": "INSUFFICIENT_DATA"}, {}])
def test_a_window_goes_on_while_nothing_says_otherwise(ask: Ask, states: dict[str, str]) -> None:
    answers = {"GetParameter": switch("off"), "DescribeAlarms": alarms(**states)}
    answer(ask(meta(), "switch"), answers)


def test_alarms_that_cannot_be_read_do_not_end_a_window() -> None:
    answers: Answers = {"GetParameter": switch("off"), "DescribeAlarms": UNREADABLE}
    answer(may_go_on(meta(), "switch"), answers)


@each_way
@pytest.mark.parametrize("status", ["preparing", "restoring", "closed"])
def test_an_experiment_that_is_not_running_does_not_go_on(ask: Ask, status: str) -> None:
    with pytest.raises(WindowClosed, match=f"experiment run is {status}"):
        answer(ask(meta(status), "switch"), {"GetParameter": switch("off")})


def function(**tags: str) -> dict[str, Any]:
    return {"Configuration": {}, "Tags": tags}


@pytest.mark.parametrize("tags", [{}, {"allowed": "false"}, {"other": "true"}])
def test_a_function_that_has_opted_out_is_not_broken(tags: dict[str, str]) -> None:
    answers = {"GetParameter": switch("off"), "GetFunction": function(**tags)}
    with pytest.raises(WindowClosed, match="function orders has opted out: it is not tagged allo"):
        answer(may_inject(meta(), "switch", "allowed"), answers)


def test_a_function_that_cannot_be_read_is_not_broken() -> None:
    answers: Answers = {"GetParameter": switch("off"), "GetFunction": UNREADABLE}
    with pytest.raises(WindowClosed, match="function orders cannot be read"):
        answer(may_inject(meta(), "switch", "allowed"), answers)


def test_a_function_that_still_permits_it_is_broken() -> None:
    told = {"GetFunction": function(allowed="true"), "DescribeAlarms": alarms(old="OK")}
    answer(may_inject(meta(), "switch", "allowed"), {"GetParameter": switch("off"), **told})


def test_the_reason_says_who_engaged_the_switch() -> None:
    me, you = "arn:aws:iam::123456789012:user/me", "arn:aws:iam::123456789012:user/you"
    versions = [{"Version": 1, "LastModifiedUser": me}, {"Version": 2, "LastModifiedUser": you}]
    told = {"GetParameter": switch("on"), "GetParameterHistory": {"Parameters": versions}}
    assert answer(engaged("switch"), told) == f"the kill switch switch is engaged by {you}"


@pytest.mark.parametrize("history", [UNREADABLE, {"Parameters": []}])
def test_a_switch_stops_everything_also_where_nobody_tells_who_engaged_it(history: Any) -> None:
    told = {"GetParameter": switch("on"), "GetParameterHistory": history}
    assert answer(engaged("switch"), told) == "the kill switch switch is engaged"
