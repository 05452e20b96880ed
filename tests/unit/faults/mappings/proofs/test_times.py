"""Times that do not suit Lambda are refused, or told in the plan."""

from typing import Any

import pytest

from snapback.faults.mappings.proofs.times import prove
from snapback.model.experiment import Experiment
from snapback.model.timings import Timings
from tests.fakes.mappings import uuid_of
from tests.unit.proof_account import (
    KAFKA,
    QUEUE,
    STREAM,
    account,
    mapping,
    validated,
)

TIMINGS = Timings()


def refusals(
    targets: int, *, pace: int = 10, listed: int = 0, deletes: bool = True, **asked: Any
) -> tuple[str, ...]:
    """Why so many mappings of a function are refused."""
    experiment = Experiment(function_name="orders", **asked)
    configs = [mapping(QUEUE, UUID=uuid_of(each)) for each in range(1, targets + 1)]
    listed = max(listed, targets)
    found = prove(experiment, configs, TIMINGS, deletes=deletes, pace=pace, listed=listed)
    return found.problems


@pytest.mark.parametrize(
    ("most", "asked"),
    [
        (230, {"cycles": 2}),
        (230, {"ramp_time": 60}),
        (210, {"cycles": 2, "listed": 1000}),
    ],
    ids=["two cycles", "a ramp", "a large account"],
)
def test_more_than_a_slow_pace_breaks_in_time_is_refused(most: int, asked: dict[str, Any]) -> None:
    """5 requests a second for 95 seconds are 475: of each of 5 batches a list, and 2 a target."""
    assert refusals(most, pace=5, **asked) == ()
    [problem] = refusals(most + 1, pace=5, **asked)
    assert problem == (
        f"event_uuids: {most + 1} mappings cannot be broken in the 95 seconds that an injection has, "
        f"at 5 requests a second; choose at most {most}, or give the stack a higher "
        "requests_per_second"
    )
    assert refusals(most + 1, pace=10, **asked) == ()


@pytest.mark.parametrize("asked", [{}, {"cycles": 2, "deletes": False}], ids=["delete", "disable"])
def test_targets_whose_tags_are_not_read_again_need_fewer_requests(asked: dict[str, Any]) -> None:
    assert refusals(300, pace=5, **asked) == ()


@pytest.mark.parametrize("asked", [{}, {"sequence": "serial"}])
def test_more_than_all_batches_hold_are_refused_with_the_number_that_fits(
    asked: dict[str, Any],
) -> None:
    assert refusals(3200, **asked) == ()
    [problem] = refusals(3201, **asked)
    assert problem.endswith("choose at most 3200")
    assert refusals(3201, sequence="rolling") == ()


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
