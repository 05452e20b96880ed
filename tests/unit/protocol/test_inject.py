"""One announced call a stage, and what is recorded of each."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from snapback.model.effects import Answer, Step
from snapback.model.errors import (
    InjectionFailed,
    InjectionUnknown,
    SnapbackError,
    TargetsNotRestored,
    WindowClosed,
)
from snapback.model.records import Round, Target
from snapback.model.steps import done
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Failed, InForce, Pending, View
from snapback.protocol.inject import check_order, due, inject, look_at_force, next_due_at
from tests.fakes.answers import refused
from tests.fakes.attempts import TIMINGS
from tests.fakes.world import World
from tests.unit.protocol.fault import (
    BREAK,
    BUSY,
    GONE,
    NO_ANSWER,
    Fault,
    change,
    put,
    sent_at,
    stored,
)


def permit() -> Step[None]:
    return done(None)


def broken(world: World, target: Target, fault: Fault, attempt: Attempt | None = None) -> Target:
    """The target after an injection, as it is answered."""
    mine = attempt or world.attempt()
    return world.run(inject(target, fault, View(), mine, permit))


def answering(*answers: Answer) -> World:
    """A world that answers the changes one by one."""
    return World({BREAK: list(answers)})


OK = Answer()
REFUSED = refused("InvalidParameterValueException", 400, "no such number")


def test_a_busy_call_is_sent_again_after_a_pause() -> None:
    world = answering(BUSY, BUSY, OK)
    broken(world, put(world, "captured"), Fault())
    attempt = world.attempt()
    assert world.pauses == [attempt.spread_pause(1), attempt.spread_pause(2)]
    assert len(sent_at(world)) == 3
    assert stored(world).status == "injected"


def test_nothing_is_sent_once_the_invocation_has_too_little_time_left() -> None:
    world = World({BREAK: BUSY})
    attempt = world.attempt(seconds=60)
    with pytest.raises(InjectionFailed, match="orders could not be changed"):
        broken(world, put(world, "captured"), Fault(), attempt)
    assert max(sent_at(world)) < attempt.send_until == 1035
    assert max(sent_at(world)) >= 1035 - 2 * TIMINGS.poll_seconds
    assert stored(world).status == "captured"


def test_without_that_time_nothing_is_announced() -> None:
    world = World()
    attempt = world.attempt(seconds=TIMINGS.send_margin_seconds)
    with pytest.raises(InjectionFailed, match="no time is left"):
        broken(world, put(world, "captured"), Fault(), attempt)
    assert world.writes == []
    assert sent_at(world) == []


def test_a_change_is_announced_before_it_is_sent() -> None:
    announced: list[Target] = []

    def changed(_params: Any) -> Answer:
        announced.append(stored(world))
        return OK

    world = World({BREAK: changed})
    broken(world, put(world, "captured"), Fault(ends=(1500,)))
    [target] = announced
    assert (target.status, target.stage, target.owner) == ("injecting", 0, "me")
    assert target.quiet_at == 1000 + 120 + TIMINGS.quiet_margin_seconds
    assert (target.broken_at, target.fault_ends_at) == (1000, 1500)


def test_an_acknowledged_change_is_recorded_with_since_when_it_holds() -> None:
    world = answering(OK)
    target = broken(world, put(world, "captured"), Fault(force=[InForce(1007)]))
    assert stored(world).status == "injected"
    assert (stored(world).injected_at, stored(world).in_force_at) == (1000, 1007)
    assert stored(world).stages_in_force == 1
    assert (target.in_force_at, target.pending) == (1007, False)


def test_a_target_that_does_not_fit_is_left_as_it_is() -> None:
    world = World()
    with pytest.raises(InjectionFailed, match="orders was not changed: it is gone"):
        broken(world, put(world, "captured"), Fault(unfit="it is gone"))
    assert world.writes == []


@pytest.mark.parametrize(
    ("answers", "error", "status", "part"),
    [
        ([GONE], InjectionFailed, "conflict", "deleted by someone else"),
        ([BUSY, GONE], InjectionUnknown, "injecting", "no answer tells"),
        ([NO_ANSWER], InjectionUnknown, "injecting", "no answer tells"),
        ([REFUSED], InjectionFailed, "captured", "no such number"),
        ([BUSY, REFUSED], InjectionFailed, "captured", "no such number"),
    ],
    ids=["gone", "gone after a throttle", "no answer", "refused", "refused after a throttle"],
)
def test_what_was_not_acknowledged_is_recorded_as_what_it_is(
    answers: list[Answer], error: type[SnapbackError], status: str, part: str
) -> None:
    world = answering(*answers)
    with pytest.raises(error, match=part):
        broken(world, put(world, "captured"), Fault())
    assert stored(world).status == status
    assert ("deleted by someone else" in stored(world).reason) is (status == "conflict")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "skipped"},
        {"status": "reserved"},
        {"status": "injecting", "owner": "other", "stage": 0},
        {"captured_by": "a later capture"},
        {"cycle": 1},
    ],
    ids=str,
)
def test_a_target_that_is_no_longer_the_one_that_was_read_is_not_touched(
    changes: dict[str, Any],
) -> None:
    world = World()
    read = put(world, "captured")
    put(world, **{"status": "captured", **changes})
    with pytest.raises(WindowClosed, match="taken away before it was touched"):
        broken(world, read, Fault())
    assert sent_at(world) == []


def test_an_announcement_that_was_made_already_is_its_own() -> None:
    """The write may be repeated where its answer was lost."""
    world = answering(OK)
    read = put(world, "captured")
    put(world, "injecting", owner="me", stage=0)
    broken(world, read, Fault())
    assert stored(world).status == "injected"


def test_a_target_that_is_restored_meanwhile_ends_the_window() -> None:
    world = World({BREAK: lambda _: _taken(world)})
    with pytest.raises(WindowClosed, match="taken away while it was changed"):
        broken(world, put(world, "captured"), Fault())
    assert stored(world).status == "restoring"


def _taken(world: World) -> Answer:
    """A restorer takes the target over before the change is acknowledged."""
    change(world, status="restoring")
    return OK


def test_stages_that_are_due_at_once_follow_each_other() -> None:
    world = answering(OK, OK)
    target = broken(world, put(world, "captured"), Fault(due=(0, 0)))
    given = [call.params["ReservedConcurrentExecutions"] for call in world.calls]
    assert given == [0, 1]
    assert (target.stage, target.stages_in_force) == (1, 2)
    assert stored(world).stage == 1


def test_the_fault_is_in_force_with_the_last_stage_that_is_due_at_once() -> None:
    world = answering(OK, OK)
    force: list[InForce | Pending | Failed] = [InForce(1001), InForce(1002)]
    broken(world, put(world, "captured"), Fault(due=(0, 0, 60), force=force))
    assert stored(world).in_force_at == 1002


def test_a_later_stage_is_made_when_it_is_due() -> None:
    fault = Fault(due=(0, 60, 120))
    world = answering(OK, OK, OK)
    target = broken(world, put(world, "captured"), fault)
    for stage, due_at in ((1, 1060), (2, 1120)):
        assert next_due_at(target, fault) == due_at
        world.now = due_at - 1
        assert due(target, fault, world.now) is None
        assert broken(world, target, fault) == target
        world.now = due_at
        target = broken(world, target, fault)
        assert (target.stage, target.stages_in_force) == (stage, stage + 1)
    assert sent_at(world) == [1000, 1060, 1120]
    assert (stored(world).broken_at, stored(world).in_force_at) == (1000, 1000)
    assert next_due_at(target, fault) == float("inf")
    assert due(target, fault, 9999) is None


def test_permission_is_asked_before_each_later_stage() -> None:
    world = answering(OK)

    def closed() -> Step[None]:
        yield from permit()
        raise WindowClosed("the kill switch is engaged")

    target = put(world, "captured")
    with pytest.raises(WindowClosed, match="kill switch"):
        world.run(inject(target, Fault(due=(0, 0)), View(), world.attempt(), closed))
    assert len(sent_at(world)) == 1
    assert (stored(world).status, stored(world).stage) == ("injected", 0)


def test_a_refused_stage_leaves_the_one_before() -> None:
    world = answering(OK, REFUSED, OK)
    fault = Fault(due=(0, 0))
    with pytest.raises(InjectionFailed, match="no such number"):
        broken(world, put(world, "captured"), fault)
    left = stored(world)
    assert (left.status, left.stage, left.stages_in_force) == ("injected", 0, 1)
    assert not left.pending
    assert broken(world, left, fault).stage == 1


def test_a_target_that_is_gone_at_a_later_stage_was_broken_and_is_restored() -> None:
    world = answering(OK, GONE)
    with pytest.raises(InjectionFailed, match="could not be changed"):
        broken(world, put(world, "captured"), Fault(due=(0, 0)))
    assert (stored(world).status, stored(world).stage) == ("injected", 0)


def test_a_stage_that_was_not_answered_stays_announced() -> None:
    world = answering(OK, NO_ANSWER)
    with pytest.raises(InjectionUnknown):
        broken(world, put(world, "captured"), Fault(due=(0, 0)))
    assert (stored(world).status, stored(world).stage) == ("injecting", 1)
    assert stored(world).surely_broken


def test_a_later_stage_may_say_anew_when_the_fault_ends() -> None:
    world = answering(OK, OK)
    broken(world, put(world, "captured"), Fault(due=(0, 0), ends=(1500, 1600)))
    assert stored(world).fault_ends_at == 1600
    world = answering(OK, OK)
    broken(world, put(world, "captured"), Fault(due=(0, 0), ends=(1500, 0)))
    assert stored(world).fault_ends_at == 1500


@pytest.mark.parametrize("changes", [{"status": "restoring"}, {"stage": 1}, {"cycle": 1}])
def test_a_later_stage_needs_the_one_before(changes: dict[str, Any]) -> None:
    world = World()
    read = put(world, "injected", stages_in_force=1, in_force_at=1000)
    put(world, **{"status": "injected", **changes})
    with pytest.raises(WindowClosed, match="taken away before"):
        broken(world, read, Fault(due=(0, 0)))
    assert sent_at(world) == []


def test_a_change_is_waited_for_until_it_holds() -> None:
    world = answering(OK)
    force: list[InForce | Pending | Failed] = [Pending("it is being updated")] * 3
    target = broken(world, put(world, "captured"), Fault(force=[*force, InForce(1005)]))
    assert world.pauses == [TIMINGS.poll_seconds] * 3
    assert stored(world).in_force_at == target.in_force_at == 1005
    assert not stored(world).pending


def test_what_does_not_hold_in_time_is_left_for_the_next_look() -> None:
    world = answering(OK)
    fault = Fault(due=(0, 0), force=[Pending("it is being updated")] * 100)
    target = broken(world, put(world, "captured"), fault, world.attempt(seconds=60))
    assert target.pending
    assert (stored(world).status, stored(world).in_force_at) == ("injected", 0)
    assert due(target, fault, world.now) is None
    assert next_due_at(target, fault) == float("inf")
    fault.force.clear()
    looked = world.run(look_at_force(target, fault, world.attempt()))
    assert not looked.pending
    assert due(looked, fault, world.now) == 1


def test_a_change_that_aws_gives_up_fails_the_window_and_is_restored() -> None:
    world = answering(OK)
    with pytest.raises(InjectionFailed, match="did not take the change: no memory"):
        broken(world, put(world, "captured"), Fault(force=[Failed("no memory")]))
    assert stored(world).status == "injected"


def test_a_change_that_fails_later_is_told_by_the_next_look() -> None:
    world = World()
    target = put(world, "injected", injected_at=1000)
    fault = Fault(force=[Pending("not yet"), Failed("no memory")])
    assert world.run(look_at_force(target, fault, world.attempt())) == target
    with pytest.raises(InjectionFailed, match="no memory"):
        world.run(look_at_force(target, fault, world.attempt()))


def test_a_change_that_is_pending_for_too_long_is_given_up() -> None:
    world = World()
    target = put(world, "injected", injected_at=1000)
    pending = Fault(force=[Pending("it is being updated")] * 2)
    world.now = 1000 + TIMINGS.force_seconds
    assert world.run(look_at_force(target, pending, world.attempt())) == target
    world.now += 1
    with pytest.raises(InjectionFailed, match="not in force yet: it is being updated"):
        world.run(look_at_force(target, pending, world.attempt()))


def test_a_target_that_was_taken_away_is_not_recorded_as_in_force() -> None:
    world = World()
    target = put(world, "injected", owner="me")
    put(world, "restoring", owner="me")
    with pytest.raises(WindowClosed, match="taken away while it was changed"):
        world.run(look_at_force(target, Fault(), world.attempt()))


ROUND = Round(number=1, cycle=1, wait_seconds=0, hold_seconds=9, batches=(0,), restores=(0,))


@pytest.mark.parametrize(
    ("status", "batch", "cycle", "beside", "late"),
    [
        ("restored", 1, 0, (), False),
        ("captured", 1, 0, (), False),
        ("skipped", 1, 0, (), False),
        ("conflict", 1, 0, (), False),
        ("injected", 0, 1, (), False),
        ("injecting", 0, 1, (), False),
        ("injected", 0, 0, (), True),
        ("injected", 1, 1, (), True),
        ("restoring", 1, 0, (), True),
        ("injecting", 1, 0, (), True),
        ("injected", 1, 0, (1,), False),
        ("restoring", 1, 0, (1,), False),
        ("injected", 2, 0, (1,), True),
        ("injected", 0, 0, (1,), True),
    ],
)
def test_a_round_begins_only_when_the_earlier_ones_are_back(
    status: str, batch: int, cycle: int, beside: tuple[int, ...], *, late: bool
) -> None:
    """The batches beside it may stay broken, as the untried ones do while one is tried."""
    target = Target("run", "k", status, "orders", batch=batch, cycle=cycle)
    this = replace(ROUND, beside=beside)
    with pytest.raises(TargetsNotRestored, match="orders") if late else nullcontext():
        check_order([target], this)
