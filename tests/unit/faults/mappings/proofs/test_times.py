"""Times that do not suit Lambda are refused, or told in the plan."""

from typing import Any

import pytest

from tests.fakes.mappings import uuid_of
from tests.unit.proof_account import (
    FUNCTION,
    KAFKA,
    QUEUE,
    STREAM,
    account,
    mapping,
    refused,
    validated,
)

AGAIN: dict[str, Any] = {"cycles": 2}


def many(number: int) -> list[dict[str, Any]]:
    """So many mappings of the function, which share a queue that is only looked at once."""
    return [
        mapping(QUEUE, UUID=uuid_of(each), FunctionArn=f"{FUNCTION}:{each}")
        for each in range(1, number + 1)
    ]


@pytest.mark.parametrize(
    ("targets", "request_"),
    [
        (327, AGAIN),
        (327, {"ramp_time": 60}),
        (571, {**AGAIN, "fault": "disable-mappings"}),
    ],
    ids=["two cycles", "a ramp", "disabled"],
)
def test_more_than_can_be_broken_at_once_is_refused(targets: int, request_: dict[str, Any]) -> None:
    """12 requests a second for 95 seconds are 1140; 40 batches list 4 pages before their deletes."""
    said = "requests to be broken at once"
    assert [each for each in refused(account(*many(targets)), **request_) if said in each]
    assert validated(account(*many(targets - 1)), **request_)
    assert validated(account(*many(targets)), **request_, sequence="serial")


def test_every_page_of_the_account_counts_for_each_batch() -> None:
    """20 batches list 54 pages: 1080 requests, and 3 for each target."""
    named = many(21)
    others = [
        mapping(STREAM, UUID=uuid_of(each), FunctionArn=f"{FUNCTION}-2")
        for each in range(1000, 1000 + 5379)
    ]
    answers = account(*named, *others)
    uuids = [each["UUID"] for each in named]
    [problem] = [each for each in refused(answers, **AGAIN, event_uuids=uuids) if "at once" in each]
    assert "21 mappings need 1197 requests" in problem
    assert "choose at most 20" in problem
    assert validated(answers, **AGAIN, event_uuids=uuids[:20])


def test_targets_that_need_no_second_capture_need_fewer_requests() -> None:
    assert validated(account(*many(381)))


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"fault": "disable-mappings", "total_chaos_duration": 89}, True),
        ({"fault": "disable-mappings", "total_chaos_duration": 90}, False),
        ({"total_chaos_duration": 30}, False),
    ],
)
def test_a_window_in_which_polling_may_not_even_stop_is_warned_of(
    request_: dict[str, Any], *, told: bool
) -> None:
    found = validated(account(), **request_)["warnings"]
    assert bool([each for each in found if "may not be felt" in each]) is told


@pytest.mark.parametrize(
    ("source", "request_", "told"),
    [
        (KAFKA, {"cycles": 2}, True),
        (KAFKA, {"cycles": 2, "chaos_interval": 209}, True),
        (KAFKA, {"cycles": 2, "chaos_interval": 210}, False),
        (KAFKA, {}, False),
        (STREAM, {"cycles": 2}, False),
    ],
)
def test_a_cycle_that_may_begin_before_its_mapping_is_enabled_is_warned_of(
    source: str, request_: dict[str, Any], *, told: bool
) -> None:
    made = mapping(source, Topics=["t"]) if source == KAFKA else mapping(source)
    found = validated(account(made), **request_)["warnings"]
    assert bool([each for each in found if each.startswith("chaos_interval: ")]) is told


@pytest.mark.parametrize(
    ("fault", "seconds", "told"),
    [("delete-mappings", 60, True), ("delete-mappings", 0, False), ("disable-mappings", 60, False)],
)
def test_a_tumbling_window_that_dies_with_its_mapping_is_warned_of(
    fault: str, seconds: int, *, told: bool
) -> None:
    made = mapping(STREAM, TumblingWindowInSeconds=seconds)
    found = validated(account(made), fault=fault)["warnings"]
    assert bool([each for each in found if "TumblingWindowInSeconds" in each]) is told
