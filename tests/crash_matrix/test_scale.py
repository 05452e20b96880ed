"""A hundred mappings and more, behind the limit of Lambda's control plane."""

import pytest

from tests.crash_matrix.judgement import problems
from tests.crash_matrix.scenarios import asked_of
from tests.fakes.asl.execution import Execution
from tests.fakes.cloud.metered import metered
from tests.fakes.cloud.world import World
from tests.fakes.quota import Window
from tests.fakes.traffic import is_control

MANY = 100
HALF_OF_THE_LIMIT = 7.5
AROUND = ("validate_experiment", "report")
"""The handlers before the snapshot and after the verification."""


def played(made: World, **asked: object) -> Execution:
    """An experiment on all mappings of a world, to its end: all were broken, and all came back."""
    execution = made.start(asked_of(made, **asked))
    made.run()
    assert problems(made) == []
    assert (execution.status, execution.error) == ("SUCCEEDED", None)
    targets = made.items.stored("target#")
    assert len(targets) == len(made.uuids)
    assert all(each["injected_at"] and each["status"] == "restored" for each in targets)
    assert all(each["verification"]["equal"] for each in targets)
    return execution


def calls(made: World, *modules: str) -> list[float]:
    """When each request to the control plane was sent between the snapshot and the verification."""
    return [
        each.at
        for each in made.wire.seen
        if is_control(each.service, each.operation)
        and (each.module in modules if modules else each.module not in AROUND)
    ]


def cycles(made: World) -> list[int]:
    """How many requests each cycle took, from its first look at a mapping to its last restore."""
    injections = [each.began_at for each in made.lambdas.ran if each.module == "inject_fault"]
    later = max(injections) - 10
    sent = calls(made, "snapshot_targets", "inject_fault", "observe", "restore_targets")
    first = sum(at < later for at in sent)
    return [first, len(sent) - first]


def test_a_hundred_mappings_come_back_with_hardly_more_requests_than_there_must_be() -> None:
    """Each is tagged, deleted and made: three requests a mapping, and the lists that all share."""
    with metered(MANY) as made:
        played(made)
        quota = made.wire.traffic.control_plane
        assert quota
        assert len(made.mappings.deleted) == MANY
        assert len(calls(made)) <= 3.3 * MANY
        assert quota.refused < 0.02 * quota.admitted


def test_a_hundred_mappings_come_back_although_others_take_half_of_the_limit() -> None:
    with metered(MANY, control_plane=Window(others_per_second=HALF_OF_THE_LIMIT)) as made:
        played(made)
        quota = made.wire.traffic.control_plane
        assert quota
        assert len(made.mappings.deleted) == MANY
        assert 0 < quota.refused < quota.admitted / 2
        assert quota.admitted <= 3.5 * MANY


def test_a_second_cycle_costs_as_many_requests_as_the_first() -> None:
    with metered(MANY) as made:
        played(made, cycles=2, chaos_interval=60)
        first, second = cycles(made)
        assert len(made.mappings.deleted) == 2 * MANY
        assert second == pytest.approx(first, rel=0.03)
        assert len(calls(made)) <= 2 * 3.3 * MANY


def test_one_after_the_other_each_costs_the_looks_that_others_would_share() -> None:
    """Three requests to tag, delete and make it; a look to read it again, to observe it, to restore it."""
    targets = 10
    with metered(targets) as made:
        played(made, sequence="rolling")
        quota = made.wire.traffic.control_plane
        assert quota
        assert quota.refused == 0
        assert 6 * targets < len(calls(made)) <= 10 * targets


TOO_MANY = 5000


@pytest.mark.parametrize(
    ("settings", "asked", "way_out"),
    [
        ({}, {}, "5000 targets are more than this stack allows; choose at most 1000"),
        ({"MAX_TARGETS": "9999"}, {}, "more than one window can hold; choose at most 3200"),
        (
            {"MAX_TARGETS": "9999", "MAX_DURATION_SECONDS": "90000"},
            {"sequence": "rolling", "total_chaos_duration": 1},
            "would exceed the history of one execution; choose at most 374 targets",
        ),
    ],
    ids=["by the stack", "by a window", "by an execution"],
)
def test_thousands_are_refused_with_the_number_that_fits(
    settings: dict[str, str], asked: dict[str, object], way_out: str
) -> None:
    with metered(TOO_MANY, settings=settings) as made:
        execution = made.start(asked_of(made, **{"event_uuids": "all", **asked}))
        made.run()
        assert execution.error
        assert execution.error.name == "InvalidExperiment"
        assert way_out in execution.error.cause
        assert made.mappings.changes == 0
        assert made.items.stored("") == []
        [validation] = [each for each in made.lambdas.ran if each.module == "validate_experiment"]
        assert validation.ended_at - validation.began_at < 30
