"""A window in which a fault changes again: Observe says when, and Inject fault makes the change."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.faults import registry
from snapback.model.effects import Effect, Load
from snapback.model.errors import InjectionFailed, TargetsNotRestored, WindowClosed
from snapback.model.experiment import Experiment
from snapback.model.records import Round, meta_key
from snapback.protocol.contract import Failed, InForce, Pending
from snapback.run.window import Consent, Seen, inject_batch, observe
from tests.fakes.attempts import TIMINGS
from tests.fakes.world import World
from tests.unit.protocol.fault import BREAK, META, Fault, change, put, put_meta, stored

IN_FORCE_AT = 1_000.0
LOUDER_AFTER = 60.0
SWITCH = {"GetParameter": {"Parameter": {"Value": "off"}}}
WHOLE = Round(0, 0, 0, 10, batches=(0,), restores=(0,))


def window(fault: Fault, monkeypatch: pytest.MonkeyPatch, now: float, **changes: Any) -> World:
    """A window of five minutes whose one target is broken, its first change in force."""
    monkeypatch.setattr(registry, "act", lambda _name: fault)
    world = World({**SWITCH, BREAK: {}}, now)
    held = {"stages_in_force": 1, "in_force_at": IN_FORCE_AT, "injected_at": IN_FORCE_AT}
    put(world, "injected", **(held | changes))
    asked = Experiment(function_name="orders", total_chaos_duration=300)
    put_meta(world, replace(META, experiment=asked, rounds=(WHOLE,)))
    return world


def observed(world: World) -> Seen:
    return world.run(observe("run", 0, "switch", world.attempt()))


def louder() -> Fault:
    return Fault(due=(0, LOUDER_AFTER))


@pytest.mark.parametrize("early", [4.0, 1.5])
def test_the_pause_ends_when_the_next_change_is_due(
    monkeypatch: pytest.MonkeyPatch, early: float
) -> None:
    seen = observed(window(louder(), monkeypatch, IN_FORCE_AT + LOUDER_AFTER - early))
    assert seen == Seen(over=False, wait_seconds=round(early + 0.01), inject=False)


UNDISTURBED = (
    TIMINGS.inject_fault_task_seconds
    + TIMINGS.observe_task_seconds
    + TIMINGS.deadline_margin_seconds
)
"""How long an injection, and the observation after it, may take until the sweeper restores."""


def deadline(world: World) -> Any:
    return world.items[meta_key("run")]["deadline"]


def test_an_observation_grants_its_pause_and_the_two_steps_that_may_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = window(louder(), monkeypatch, IN_FORCE_AT)
    seen = observed(world)
    assert seen.wait_seconds == 10
    assert deadline(world) == IN_FORCE_AT + seen.wait_seconds + UNDISTURBED


def test_an_injection_grants_the_first_hold_and_the_two_steps_that_may_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = window(louder(), monkeypatch, IN_FORCE_AT)
    assert world.run(inject_batch("run", 0, 0, Consent("switch"), world.attempt())) == 1
    assert deadline(world) == IN_FORCE_AT + WHOLE.hold_seconds + UNDISTURBED


@pytest.mark.parametrize(
    ("age", "number", "again"),
    [(30.5, 0, False), (30.6, 0, True), (0, 1, True)],
    ids=["fresh", "old", "of an earlier round"],
)
def test_a_target_is_read_again_before_it_is_broken_unless_it_has_just_been(
    monkeypatch: pytest.MonkeyPatch, age: float, number: int, *, again: bool
) -> None:
    monkeypatch.setattr(registry, "act", lambda _name: Fault())
    world = World({**SWITCH, BREAK: {}})
    put(world, "captured", captured_at=world.now - age)
    rounds = tuple(replace(WHOLE, number=each) for each in range(number + 1))
    put_meta(world, replace(META, rounds=rounds, target_count=1))
    assert world.run(inject_batch("run", number, 0, Consent("switch"), world.attempt())) == 1
    found = stored(world)
    assert (found.status, found.captured_at == world.now) == ("injected", again)


def test_a_target_that_is_not_ours_any_more_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    world = window(Fault(), monkeypatch, IN_FORCE_AT)
    change(world, status="conflict")
    assert world.run(inject_batch("run", 0, 0, Consent("switch"), world.attempt())) == 0
    assert [call for call in world.calls if call.changes] == []


def test_nothing_is_injected_once_the_experiment_is_being_restored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = window(louder(), monkeypatch, IN_FORCE_AT + LOUDER_AFTER)
    put_meta(world, replace(META, status="restoring", rounds=(WHOLE,)))
    with pytest.raises(WindowClosed):
        world.run(inject_batch("run", 0, 0, Consent("switch"), world.attempt()))
    assert [call for call in world.calls if call.changes] == []


def test_a_change_that_is_due_is_made_by_the_next_injection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = window(louder(), monkeypatch, IN_FORCE_AT + LOUDER_AFTER)
    assert observed(world) == Seen(over=False, wait_seconds=0, inject=True)
    world.run(inject_batch("run", 0, 0, Consent("switch"), world.attempt()))
    assert [
        call.params["ReservedConcurrentExecutions"] for call in world.calls if call.changes
    ] == [1]
    after = stored(world)
    assert (after.status, after.stage, after.stages_in_force) == ("injected", 1, 2)
    assert after.in_force_at == IN_FORCE_AT
    assert not observed(world).inject


def test_the_window_counts_from_the_moment_the_fault_is_in_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = IN_FORCE_AT + 40
    fault = Fault(force=[Pending("it is on its way"), InForce(later)])
    world = window(fault, monkeypatch, later, stages_in_force=0, in_force_at=0)
    assert not observed(world).over
    assert stored(world).in_force_at == 0
    assert not observed(world).over
    assert stored(world).in_force_at == later
    world.now = later + 299
    assert not observed(world).over
    world.now = later + 300
    assert observed(world).over


def test_a_change_that_aws_gave_up_ends_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(force=[Failed("no room")])
    world = window(fault, monkeypatch, IN_FORCE_AT + 1, stages_in_force=0, in_force_at=0)
    with pytest.raises(InjectionFailed, match="orders did not take the change: no room"):
        observed(world)


def test_a_window_is_over_when_its_fault_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    world = window(Fault(), monkeypatch, IN_FORCE_AT + 49, fault_ends_at=IN_FORCE_AT + 50)
    assert observed(world) == Seen(over=False, wait_seconds=1, inject=False)
    world.now += 1
    assert observed(world).over


THIRD = tuple(Round(number, 0, 0, 10, (number,), (number,)) for number in range(3))


@pytest.mark.parametrize(
    ("rounds", "refused", "read"),
    [
        (THIRD[:2], False, []),
        (THIRD, True, [1]),
        ((*THIRD[:2], replace(THIRD[2], beside=(1,))), False, [1]),
        ((*THIRD[:1], replace(THIRD[0], number=1, beside=(1,)), THIRD[2]), True, [0, 1]),
    ],
    ids=["the first", "one is broken", "it may be", "it was beside"],
)
def test_a_round_looks_only_at_what_the_one_before_may_have_left_broken(
    monkeypatch: pytest.MonkeyPatch, rounds: tuple[Round, ...], read: list[int], *, refused: bool
) -> None:
    monkeypatch.setattr(registry, "act", lambda _name: Fault())
    world = World({**SWITCH, BREAK: {}})
    mine = 0 if rounds == THIRD[:2] else 2
    put(world, "restored" if mine else "captured", key="a", batch=0, captured_at=world.now)
    put(world, "injected" if mine else "captured", key="b", batch=1)
    put(world, "captured", key="c", batch=2)
    put_meta(world, replace(META, rounds=rounds))
    loads: list[str] = []

    def meanwhile(effect: Effect) -> None:
        loads.extend([effect.prefix] if isinstance(effect, Load) else [])

    world.meanwhile = meanwhile
    step = inject_batch("run", mine, mine, Consent("switch"), world.attempt())
    if refused:
        with pytest.raises(TargetsNotRestored, match="not restored from an earlier round: orders"):
            world.run(step)
    else:
        world.run(step)
    assert loads == [f"target#{each:04}#" for each in (*read, mine)] + [
        f"target-snapshot#{mine:04}#"
    ]
