"""CloudFormation asks before it removes the guard, or puts another table in the place of this one."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.faults import registry
from snapback.model.records import meta_key
from snapback.protocol.contract import Pending
from snapback.rescue.guarding import guard, guarded_table, refusal, response
from tests.fakes.answers import Answers, refused
from tests.fakes.attempts import TIMINGS
from tests.fakes.world import World
from tests.unit.protocol.fault import META, Fault, put, stored

REQUEST: dict[str, Any] = {
    "RequestType": "Delete",
    "StackId": "stack",
    "RequestId": "request",
    "LogicalResourceId": "Guard",
    "PhysicalResourceId": "made",
    "ResourceProperties": {"TableName": "experiments"},
}
UPDATE = {**REQUEST, "RequestType": "Update"}
WAY_OUT = (
    "Retry once they are restored, or abandon what cannot be; a stack that is not removed after all "
    "needs its kill switch set to off. See docs/operations.md."
)


@pytest.mark.parametrize(
    ("changes", "table"),
    [
        ({"RequestType": "Delete"}, "experiments"),
        ({"RequestType": "Create"}, ""),
        ({"RequestType": "Update"}, ""),
        ({"RequestType": "Update", "OldResourceProperties": {}}, ""),
        ({"RequestType": "Update", "OldResourceProperties": {"TableName": "experiments"}}, ""),
        ({"RequestType": "Update", "OldResourceProperties": {"TableName": "older"}}, "older"),
    ],
)
def test_a_table_is_guarded_when_it_goes(changes: dict[str, Any], table: str) -> None:
    assert guarded_table({**REQUEST, **changes}) == table


def test_an_answer_names_what_was_asked_and_why_it_is_refused() -> None:
    names = {name: REQUEST[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    made = {**names, "PhysicalResourceId": "made"}
    assert response(REQUEST, "") == {**made, "Status": "SUCCESS", "Reason": ""}
    assert response(REQUEST, "x" * 2_001) == {**made, "Status": "FAILED", "Reason": "x" * 2_000}
    first = {name: value for name, value in REQUEST.items() if name != "PhysicalResourceId"}
    assert response(first, "")["PhysicalResourceId"] == "Guard"


def test_a_refusal_lists_what_is_still_open() -> None:
    assert refusal([]) == ""
    assert refusal(["a (x)", "b (y)"]) == (
        f"Experiments that are not over: 2. {WAY_OUT} a (x); b (y)"
    )


def guarded(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault | None = None,
    request: dict[str, Any] = REQUEST,
) -> str:
    """What an invocation of five minutes answers, which keeps 40 seconds for the answer."""
    monkeypatch.setattr(registry, "undo", lambda _name: fault or Fault())
    return world.run(guard(request, "switch", 40, world.attempt(seconds=300)))


def deleting(answers: Answers | None = None) -> World:
    return World({"PutParameter": {}, **(answers or {})})


def test_a_removal_engages_the_kill_switch_and_waits_for_what_has_just_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = deleting()
    assert guarded(world, monkeypatch) == ""
    [switched] = [each.params for each in world.calls]
    assert switched == {"Name": "switch", "Value": "on", "Overwrite": True}
    assert world.pauses == [TIMINGS.guard_settle_seconds]


def test_a_table_that_is_replaced_leaves_the_kill_switch_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    assert guarded(world, monkeypatch, request=UPDATE) == ""
    assert world.calls == []


def test_a_kill_switch_that_cannot_be_engaged_refuses_the_removal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = deleting({"PutParameter": refused()})
    put(world, "injected")
    with pytest.raises(RuntimeError) as problem:
        guarded(world, monkeypatch)
    assert str(problem.value) == (
        "the kill switch switch cannot be engaged (AccessDeniedException: no)"
    )
    assert stored(world).status == "injected"


def test_every_open_experiment_is_put_back_and_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = deleting()
    put(world, "injected")
    assert guarded(world, monkeypatch) == ""
    assert stored(world).status == "restored"
    record = world.items[meta_key("run")]
    assert record["status"] == "closed"
    assert record["reason"] == "the stack is being removed, or its table replaced"


def test_what_cannot_be_put_back_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried until only the time for two looks and the answer is left."""
    world = deleting()
    put(world, "injected", name="orders")
    found = guarded(world, monkeypatch, Fault(attempts=[Pending("it takes long")]))
    assert found == f"Experiments that are not over: 1. {WAY_OUT} run (orders is restoring)"
    ends_at = 1000 + 300 - TIMINGS.spare_seconds - 40
    settle = TIMINGS.guard_settle_seconds
    assert ends_at - 2 * settle < world.now <= ends_at


def test_what_goes_wrong_with_one_experiment_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = deleting()
    put(world, "injected")
    strange = replace(META, experiment_id="strange").item()
    world.put(meta_key("strange"), strange | {"open": "yes", "experiment": {"unheard": "of"}})
    found = guarded(world, monkeypatch)
    assert found.startswith(f"Experiments that are not over: 1. {WAY_OUT} strange (")
    assert stored(world).status == "restored"
