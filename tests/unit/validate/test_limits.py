from dataclasses import replace
from typing import Any

import pytest

from snapback.model.experiment import Experiment
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.validate.limits import Limits, function_problems, limit_problems
from tests.fakes.answers import DENIED, ok

LIMITS = Limits(
    longest_duration=3600,
    most_targets=1000,
    allowed_tag="snapback:allowed",
    shortest_interval=10,
)
OPTED_IN = ok(Tags={"snapback:allowed": "true"})


def problems(targets: int = 1, limits: Limits = LIMITS, **asked: Any) -> list[str]:
    experiment = Experiment(function_name="orders", **asked)
    return limit_problems(experiment, targets, limits, Attempt("me", 120, Timings(), lambda: 0))


@pytest.mark.parametrize(
    ("targets", "asked"),
    [
        (1, {}),
        (1000, {"total_chaos_duration": 3600}),
        (1, {"cycles": 100, "total_chaos_duration": 1, "chaos_interval": 800}),
        (1, {"cycles": 60, "total_chaos_duration": 60}),
        (20, {"sequence": "rolling", "total_chaos_duration": 180}),
        (2, {"sequence": "rolling", "cycles": 2, "chaos_interval": 0}),
    ],
    ids=str,
)
def test_what_is_within_the_limits_is_allowed(targets: int, asked: dict[str, Any]) -> None:
    assert problems(targets, **asked) == []


@pytest.mark.parametrize(
    ("targets", "asked", "starts"),
    [
        (1, {"total_chaos_duration": 3601}, ["total_chaos_duration: 3601 is longer than"]),
        (1, {"total_chaos_duration": 10**9}, ["total_chaos_duration: 1000000000 is longer"]),
        (1001, {}, ["input: 1001 targets are more than"]),
        (
            40,
            {"cycles": 200, "total_chaos_duration": 10},
            ["cycles: 200 parallel cycles of 40 targets would exceed the history"],
        ),
        (
            1,
            {"cycles": 2, "chaos_interval": 86_400, "ramp_time": 86_400},
            ["cycles: 2 parallel cycles would take 259260 seconds, more than the"],
        ),
        (
            1,
            {"cycles": 2, "total_chaos_duration": 1801},
            [
                "total_chaos_duration: 2 parallel cycles would keep something broken for 3602 seconds"
            ],
        ),
        (
            28,
            {"sequence": "rolling", "total_chaos_duration": 129},
            ["total_chaos_duration: 1 rolling cycle would keep something broken for 3612 seconds"],
        ),
        (
            1,
            {"cycles": 2, "chaos_interval": 9},
            ["chaos_interval: 9 would break a target again only 9 seconds after its restore"],
        ),
        (
            1,
            {"sequence": "rolling", "cycles": 2, "chaos_interval": 0},
            ["chaos_interval: 0 would break a target again only 0 seconds after its restore"],
        ),
    ],
    ids=str,
)
def test_what_exceeds_a_limit_is_named(
    targets: int, asked: dict[str, Any], starts: list[str]
) -> None:
    found = problems(targets, **asked)
    assert [line.startswith(start) for line, start in zip(found, starts, strict=True)] == [
        True for _ in starts
    ]


@pytest.mark.parametrize(
    ("targets", "asked", "way_out"),
    [
        (641, {"cycles": 100}, "choose at most 640 targets, or ask for fewer cycles"),
        (
            1000,
            {"cycles": 100, "sequence": "serial"},
            "choose at most 640 targets, or ask for fewer cycles or for the parallel sequence",
        ),
        (
            1000,
            {"sequence": "rolling", "total_chaos_duration": 1},
            "choose at most 374 targets, or ask for fewer cycles or for the parallel sequence",
        ),
    ],
    ids=str,
)
def test_how_many_targets_fit_into_one_execution_is_said(
    targets: int, asked: dict[str, Any], way_out: str
) -> None:
    [problem] = problems(targets, **asked)
    assert problem.endswith(f"would exceed the history of one execution; {way_out}")


def test_an_execution_that_is_too_long_for_one_target_is_to_have_fewer_cycles() -> None:
    asked = {"cycles": 100, "total_chaos_duration": 600}
    limits = replace(LIMITS, longest_duration=100_000)
    [problem] = problems(1, limits, **asked)
    assert problem.endswith("the history of one execution; ask for fewer cycles")


READY = {"FunctionName": "orders", "State": "Active", "LastUpdateStatus": "Successful"}


@pytest.mark.parametrize("value", [None, "false", "True", "yes", ""])
def test_only_a_function_tagged_true_has_opted_in(value: str | None) -> None:
    tags = {} if value is None else {"snapback:allowed": value}
    assert function_problems(READY, ok(Tags=tags), LIMITS) == [
        "function_name: 'orders' has not opted in; tag it snapback:allowed=true"
    ]


def test_tags_that_cannot_be_read_are_not_called_missing() -> None:
    [problem] = function_problems(READY, DENIED, LIMITS)
    assert problem == (
        f"function_name: the tags of 'orders' cannot be read ({DENIED}); grant lambda:ListTags"
    )


@pytest.mark.parametrize(
    ("state", "way_out"),
    [
        ("Pending", "wait until it is Active"),
        ("Failed", "fix what its StateReason names, and update it"),
        ("Inactive", "invoke it, and wait until it is Active"),
    ],
)
def test_a_function_must_be_active(state: str, way_out: str) -> None:
    assert function_problems(READY, OPTED_IN, LIMITS) == []
    assert function_problems(READY | {"State": state}, OPTED_IN, LIMITS) == [
        f"function_name: 'orders' is {state}; {way_out}"
    ]
