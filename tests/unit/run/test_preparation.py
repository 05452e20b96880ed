"""Locking, reading and storing every target, or only telling what would be done."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest

from snapback.faults import registry
from snapback.model.effects import Step
from snapback.model.errors import InvalidExperiment, TargetsChanged
from snapback.model.expectations import AlarmStaysOk
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, Target, lock_key, meta_key
from snapback.model.steps import done
from snapback.protocol.contract import Chosen, Unfit
from snapback.protocol.lifecycle import warned
from snapback.run.handover import hand_over
from snapback.run.preparation import Asked, snapshot_targets
from tests.fakes.attempts import TIMINGS
from tests.fakes.world import World
from tests.unit.protocol.fault import Fault, stored


class Plan:
    """A target's key is its name; it is described by both."""

    def identify(self, names: Sequence[str]) -> Step[list[str | Unfit]]:
        return done([*names])

    def describe(self, target: Target, now: float) -> Step[list[str]]:
        return done([f"{target.name} is broken at {now:g}, batch {target.batch}"])


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Fault:
    made = Fault()
    monkeypatch.setattr(registry, "act", lambda _name: made)
    monkeypatch.setattr(registry, "plan", lambda _name: Plan())
    return made


def prepared(world: World, *names: str, **changes: Any) -> dict[str, Any]:
    experiment = Experiment(function_name="orders", **changes)
    chosen = [Chosen(name, name, {}) for name in names]
    handed = hand_over(experiment.stored(), chosen, ["mind the gap"])
    return world.run(snapshot_targets(Asked("run", "arn:run", **handed), world.attempt()))


def meta(world: World) -> Meta:
    return Meta.of(world.items[meta_key("run")])


@pytest.mark.usefixtures("fault")
def test_every_target_is_locked_and_captured_before_the_experiment_runs() -> None:
    world = World()
    answered = prepared(world, "a", "b", sequence="serial", ramp_time=90)
    assert (answered["dry_run"], answered["ramp_down_seconds"]) == (False, 90)
    assert (answered["batches"], answered["concurrency"]) == ([0, 1], 1)
    [only] = answered["rounds"]
    assert (only["number"], only["wait_seconds"], only["batches"]) == (0, 90, (0, 1))
    found = meta(world)
    assert (found.status, found.execution_arn) == ("running", "arn:run")
    assert (found.started_at, world.run(warned(found)).warnings) == (1000, ("mind the gap",))
    assert [asdict(each) for each in found.rounds] == answered["rounds"]
    granted = 90 + TIMINGS.inject_fault_task_seconds + TIMINGS.deadline_margin_seconds
    assert found.deadline == 1000 + granted
    for batch, key in enumerate("ab"):
        target = stored(world, key, batch)
        assert (target.status, target.batch, target.locks) == ("captured", batch, (key,))
        assert world.items[lock_key(key)]["owner"] == "run"
    [sample] = [each for key, each in world.items.items() if key.sk.startswith("sample#")]
    assert (sample["phase"], sample["at"]) == ("before", 1000)


@pytest.mark.usefixtures("fault")
def test_a_dry_run_tells_the_plan_and_the_warnings_and_stores_nothing() -> None:
    world = World()
    experiment = Experiment(function_name="orders", dry_run=True, ramp_time=90)
    assert prepared(world, "a", "b", dry_run=True, ramp_time=90) == {
        "dry_run": True,
        "report": {
            "version": 1,
            "experiment_id": "run",
            "status": "planned",
            "experiment": experiment.stored(),
            "plan": [
                "a is broken at 1000, batch 0",
                "b is broken at 1000, batch 1",
                "Warning: mind the gap",
            ],
        },
        "rounds": [],
        "batches": [],
        "concurrency": 1,
        "ramp_down_seconds": 0,
    }
    assert (world.items, world.writes) == ({}, [])


def test_a_dry_run_tells_every_target_that_does_not_fit(fault: Fault) -> None:
    fault.found = {"a": Unfit("a is gone"), "b": Unfit("b is changing")}
    with pytest.raises(TargetsChanged) as refusal:
        prepared(World(), "a", "b", dry_run=True)
    assert str(refusal.value) == "a is gone\nb is changing"


@pytest.mark.usefixtures("fault")
def test_nothing_is_committed_while_the_state_is_not_steady() -> None:
    ringing = {"MetricAlarms": [{"AlarmName": "late", "StateValue": "ALARM"}]}
    world = World({"DescribeAlarms": ringing})
    with pytest.raises(InvalidExperiment, match="alarm 'late' is in ALARM already"):
        prepared(world, "a", expect=[AlarmStaysOk(alarm="late")])
    assert meta(world).status == "preparing"
