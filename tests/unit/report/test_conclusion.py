from dataclasses import replace
from typing import Any

import pytest

from snapback.model.effects import Call, Effect
from snapback.model.experiment import Experiment
from snapback.model.records import (
    Meta,
    lock_key,
    meta_key,
    report_key,
    snapshot_key,
    target_key,
)
from snapback.report.conclusion import Conclusion, conclude
from snapback.report.publication import Outlets
from tests.fakes.world import World
from tests.unit.samples import CONFIGS, FUNCTION, UUID

META = Meta("run", "running", "arn:run", Experiment(function_name="orders"), deadline=0)
KEY = f"{CONFIGS['sqs']['EventSourceArn']}|{FUNCTION}"
OUTLETS = Outlets("bucket", "topic")


def over(status: str) -> World:
    """A run whose window is over, with one target."""
    world = World()
    target: dict[str, Any] = {"experiment_id": "run", "key": KEY, "name": UUID, "locks": [KEY]}
    target |= {"batch": 0, "broken_at": 700, "restored_at": 900 if status == "restored" else 0}
    world.put(meta_key("run"), META.item() | {"open": "yes"})
    world.put(lock_key(KEY), {"owner": "run"})
    world.put(target_key("run", KEY), {**target, "status": status, "verification": {"equal": True}})
    world.put(snapshot_key("run", KEY), {"document": {"config": CONFIGS["sqs"], "tags": {}}})
    return world


def concluded(
    world: World, original: dict[str, str] | None = None, outlets: Outlets = OUTLETS
) -> Conclusion:
    return world.run(conclude("run", original, outlets, world.attempt()))


def test_no_lock_waits_for_metrics_or_letters() -> None:
    """The report may run out of its time over them: by then the experiment is closed."""
    world = over("restored")
    asked: list[str] = []

    def closed(effect: Effect) -> None:
        if isinstance(effect, Call):
            asked.append(effect.operation)
            assert world.items[meta_key("run")]["status"] == "closed"
            assert world.items[meta_key("run")]["closed_at"] == 1000
            assert lock_key(KEY) not in world.items

    world.meanwhile = closed
    concluded(world)
    assert "GetMetricData" in asked


@pytest.mark.parametrize(("hours", "measured"), [(29, 29), (30, 30), (31, 30)])
def test_the_metrics_of_a_run_are_read_for_thirty_hours_at_most(hours: int, measured: int) -> None:
    """The restore of a target may take days."""
    world = over("restored")
    started_at = world.now
    world.put(meta_key("run"), replace(META, started_at=started_at).item() | {"open": "yes"})
    world.now += hours * 3600
    concluded(world)
    [asked] = [each for each in world.calls if each.operation == "GetMetricData"]
    assert asked.params["EndTime"] == started_at + measured * 3600


def test_a_run_whose_targets_are_back_is_held() -> None:
    found = concluded(over("restored"))
    assert (found.status, found.failure) == ("held", None)
    answered = found.answer()
    assert answered == {"failure": None, "report": {**found.report, "links": found.links}}


def test_an_answer_names_the_error_that_the_execution_ends_with() -> None:
    found = concluded(over("restored"), {"Error": "Oops", "Cause": "surprise"})
    assert found.answer()["failure"] == {"Error": "Oops", "Cause": "surprise"}
    assert found.report["windows"] == [{"begins_at": 700, "ends_at": 900}]


def test_the_report_is_stored_even_where_it_cannot_be_published() -> None:
    world = over("restored")
    found = concluded(world)
    kept = world.items[report_key("run")]["report"]
    told = {k: each for k, each in found.report.items() if k not in ("warnings", "samples")}
    assert kept == {**told, "targets": []}
    assert (found.links, found.problem) == ({}, "")


def test_the_report_of_a_rescue_keeps_the_cause_that_its_run_has_told() -> None:
    world = over("restoring")
    cause = {"Error": "InjectionFailed", "Cause": "no such mapping"}
    first = concluded(world, cause)
    assert first.failure
    assert first.failure.error == "InjectionFailed"
    assert world.items[meta_key("run")]["failure"] == cause
    key = target_key("run", KEY)
    world.put(key, {**world.items[key], "status": "restored", "restored_at": 960})
    second = concluded(world)
    assert second.failure is None
    assert second.report["failure"] == cause
    assert world.items[meta_key("run")]["status"] == "closed"
