from typing import Any

import pytest

from snapback.model.effects import Call
from snapback.workload.alarms import ALARMS_A_CALL, alarms, ringing
from tests.fakes.answers import answer, refused


def state(name: str, value: str = "ALARM") -> dict[str, Any]:
    return {"AlarmName": name, "StateValue": value}


@pytest.mark.parametrize("member", ["StateTransitionedTimestamp", "StateUpdatedTimestamp"])
def test_an_alarm_is_seen_with_the_time_of_its_transition(member: str) -> None:
    found = {"MetricAlarms": [state("a") | {member: 7.0}]}
    seen = answer(alarms(["a", "b"]), {"DescribeAlarms": found})
    assert seen == {"a": {"state": "ALARM", "since": 7.0}}


def test_metric_and_composite_alarms_are_both_alarms() -> None:
    found = {"MetricAlarms": [state("old", "OK")], "CompositeAlarms": [state("all")]}
    seen = answer(alarms(["old", "all"]), {"DescribeAlarms": found})
    assert {name: each["state"] for name, each in seen.items()} == {"old": "OK", "all": "ALARM"}


def test_without_alarms_nothing_is_asked() -> None:
    asked: list[Call] = []
    assert answer(alarms([]), {}, asked=asked) == {}
    assert asked == []


def test_one_request_asks_for_a_hundred_alarms() -> None:
    names = [f"a{number:03}" for number in range(ALARMS_A_CALL + 1)]
    asked: list[Call] = []

    def described(params: Any) -> dict[str, Any]:
        return {"MetricAlarms": [state(name, "OK") for name in params["AlarmNames"]]}

    assert list(answer(alarms(names), {"DescribeAlarms": described}, asked=asked)) == names
    assert [len(each.params["AlarmNames"]) for each in asked] == [ALARMS_A_CALL, 1]


def test_what_cannot_be_read_is_seen_as_that() -> None:
    unread = {"state": "UNREADABLE", "since": 0, "why": "AccessDeniedException"}
    assert answer(alarms(["a"]), {"DescribeAlarms": refused()}) == {"a": unread}


def test_what_rings_is_named_and_what_cannot_be_read_does_not_ring() -> None:
    found = {"MetricAlarms": [state("b"), state("a"), state("c", "OK")]}
    assert answer(ringing(["a", "b", "c"]), {"DescribeAlarms": found}) == ["a", "b"]
    assert answer(ringing(["a"]), {"DescribeAlarms": refused()}) == []
