"""What restoring, releasing and finishing leave in the table."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.faults.mappings.mapping import key_of
from snapback.model.errors import TargetsNotRestored
from snapback.model.experiment import Experiment
from snapback.model.records import (
    Meta,
    Round,
    Snapshot,
    Target,
    lock_key,
    meta_key,
    snapshot_key,
    target_key,
)
from snapback.protocol.lifecycle import finish
from snapback.rescue.abandonment import abandon
from snapback.rescue.restoration import (
    Batch,
    release,
    restore_batch,
    verify_all,
)
from tests.fakes.answers import GONE, refused
from tests.fakes.world import World
from tests.unit.protocol import fault
from tests.unit.samples import CONFIGS, REQUESTS, UUID

FAILURE = {"Error": "InjectionFailed", "Cause": "no such mapping"}
ROUNDS = tuple(Round(number, number, 0, 9, (0,), (0,)) for number in range(2))
KEY = key_of(CONFIGS["sqs"])
META = replace(fault.META, experiment=Experiment(function_name="orders"), rounds=ROUNDS)


def world(status: str, meta: Meta = META, answers: Any = None, **changes: Any) -> World:
    """An experiment with one mapping of a queue."""
    made = World(answers or {})
    before = {"config": CONFIGS["sqs"], "tags": {}, "siblings": []}
    snapshot = Snapshot(before, REQUESTS["sqs"], before, "snapshot")
    fault.put(made, status, key=KEY, name=UUID, locks=("l",), snapshot=snapshot, **changes)
    fault.put_meta(made, meta)
    return made


def meta(found: World) -> Meta:
    return Meta.of(found.items[meta_key("run")])


def target(found: World) -> Target:
    return Target.of(found.items[target_key("run", KEY)], Snapshot())


def test_why_an_experiment_failed_is_recorded_where_a_later_report_finds_it() -> None:
    """The report of a rescue knows nothing else of it."""
    found = world("restoring", replace(META, status="restoring"))
    assert not found.run(finish(META, [target(found)], FAILURE, found.now))
    assert meta(found).failure == FAILURE
    found.put(target_key("run", KEY), {**found.items[target_key("run", KEY)], "status": "restored"})
    assert found.run(finish(META, [target(found)], None, found.now))
    assert (meta(found).status, meta(found).failure) == ("closed", FAILURE)


def test_a_release_gives_back_what_was_only_reserved_and_keeps_the_cause() -> None:
    found = world("reserved", replace(META, status="preparing"))
    assert found.run(release("run", "arn:run", FAILURE, found.attempt()))
    assert (meta(found).status, meta(found).failure) == ("closed", FAILURE)
    assert target(found).status == "skipped"
    assert lock_key("l") not in found.items


@pytest.mark.parametrize("execution_arn", ["arn:run", "arn:other"])
def test_a_release_of_another_execution_changes_nothing(execution_arn: str) -> None:
    known = execution_arn == "arn:other"
    found = world("reserved", replace(META, status="preparing")) if known else World()
    assert not found.run(release("run", execution_arn, FAILURE, found.attempt()))
    assert found.writes == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (Batch("run", 0, failed=False, round=0), "running"),
        (Batch("run", 0, failed=False, round=1), "restoring"),
        (Batch("run", 0, failed=True, round=0), "restoring"),
        (Batch("run", 0, failed=False), "restoring"),
    ],
    ids=["a round follows", "the last round", "the window failed", "from outside"],
)
def test_a_restore_fences_unless_another_round_follows(asked: Batch, status: str) -> None:
    found = world("captured")
    assert found.run(restore_batch(asked, found.attempt())) == 1
    assert meta(found).status == status
    assert meta(found).deadline > found.now


def test_a_batch_that_is_not_back_is_told_with_the_reason_and_the_command() -> None:
    answers = {"GetEventSourceMapping": GONE, "ListEventSourceMappings": refused()}
    found = world("injected", answers=answers)
    with pytest.raises(TargetsNotRestored) as refusal:
        found.run(restore_batch(Batch("run", 0, failed=True), found.attempt(seconds=10)))
    [line] = str(refusal.value).splitlines()
    assert line.startswith(f"{UUID} is restoring: ")
    assert "By hand: aws lambda create-event-source-mapping" in line
    assert target(found).restorers


def test_a_restored_target_is_verified_and_what_was_found_is_stored() -> None:
    answers = {"GetEventSourceMapping": CONFIGS["sqs"], "ListTags": {"Tags": {}}}
    found = world("restored", answers=answers)
    assert found.run(verify_all("run", found.attempt())) == {"verified": 1, "equal": 1}
    assert target(found).verification["equal"] is True


def test_a_target_that_is_not_settled_is_looked_at_again_until_it_is() -> None:
    states = [CONFIGS["sqs"] | {"State": "Creating"}, *[CONFIGS["sqs"] | {"BatchSize": 9}] * 2]
    answers = {"GetEventSourceMapping": states, "ListTags": {"Tags": {}}}
    found = world("restored", answers=answers)
    assert found.run(verify_all("run", found.attempt())) == {"verified": 1, "equal": 0}
    assert target(found).verification["differences"] == {"BatchSize": {"before": 10, "after": 9}}


@pytest.mark.parametrize("status", ["skipped", "conflict", "abandoned", "restoring"])
def test_what_was_not_restored_is_not_verified(status: str) -> None:
    found = world(status)
    assert found.run(verify_all("run", found.attempt())) == {"verified": 0, "equal": 0}
    assert found.calls == []


def forged(status: str, **changes: Any) -> World:
    """An experiment into whose target's record someone has written another function."""
    found = world(status, META, **changes)
    item = found.items[snapshot_key("run", KEY)]
    request = {**REQUESTS["sqs"], "FunctionName": "arn:aws:lambda:eu-west-1:1:function:attacker"}
    found.put(snapshot_key("run", KEY), {**item, "undo": request})
    return found


def refused_restore(found: World) -> str:
    with pytest.raises(TargetsNotRestored) as refusal:
        found.run(restore_batch(Batch("run", 0, failed=True), found.attempt()))
    return str(refusal.value)


@pytest.mark.parametrize("status", ["injecting", "injected", "restoring"])
def test_what_someone_has_written_into_the_table_is_left_alone_and_named(status: str) -> None:
    found = forged(status)
    said = refused_restore(found)
    assert "is left alone: its request would make another mapping" in said
    assert "attacker" not in said
    assert found.calls == []
    assert target(found).status == "restoring"
    assert "it is left alone" in target(found).reason


def test_a_target_that_is_left_alone_is_moved_once_no_call_of_its_injector_can_land() -> None:
    found = forged("injecting", quiet_at=1030.0, owner="injector")
    refused_restore(found)
    assert (target(found).came_from, target(found).restoring_since) == ("injecting", 1030)
    refused_restore(found)
    assert target(found).restoring_since == 1030


@pytest.mark.parametrize("status", ["injecting", "injected"])
def test_a_target_that_is_left_alone_can_be_abandoned_and_its_experiment_closed(
    status: str,
) -> None:
    found = forged(status)
    refused_restore(found)
    found.now += found.attempt().timings.late_seconds + 1
    given_up = {"experiment_id": "run", "name": UUID, "reason": "its record was changed"}
    found.run(abandon(given_up, "decision-1", found.attempt()))
    found.run(restore_batch(Batch("run", 0, failed=True), found.attempt()))
    assert found.run(finish(META, [target(found)], None, found.now))
    assert (meta(found).status, target(found).status) == ("closed", "abandoned")
    assert lock_key("l") not in found.items
    assert found.calls == []


def test_a_difference_that_only_a_list_shows_is_none() -> None:
    """A list may still show a mapping as it was before it was put back."""
    was = CONFIGS["sqs"]
    answers = {
        "ListEventSourceMappings": {"EventSourceMappings": [was | {"State": "Disabled"}]},
        "GetEventSourceMapping": was,
        "ListTags": {"Tags": {}},
    }
    found = world("restored", answers=answers)
    assert found.run(verify_all("run", found.attempt())) == {"verified": 1, "equal": 1}
