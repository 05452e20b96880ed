"""The recovery of a stream that was broken at 600 s and back at 930 s, as it is watched."""

from typing import Any

import pytest

from snapback.model.expectations import AlarmWithin, DrainedWithin
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, meta_key, sample_key, snapshot_key, target_key
from snapback.model.timings import Timings
from snapback.run.rounds import PATIENT_LOOKS
from snapback.run.window import Seen, watch
from tests.fakes.world import World
from tests.unit.samples import CONFIGS, UUID

BEGAN, BACK = 600.0, 930.0
BEFORE = {480.0: 300.0, 540.0: 500.0}
BEHIND = {**BEFORE, 900.0: 330_500.0, 960.0: 200_000.0}
CAUGHT_UP = {**BEHIND, 1020.0: 15_000.0, 1080.0: 400.0}


def stored(experiment: Experiment, now: float, ages: dict[float, float], **changes: Any) -> World:
    """A world in which that experiment has put its one target back."""
    result = {"Id": "m0", "Timestamps": list(ages), "Values": list(ages.values())}
    world = World(
        {
            "ListEventSourceMappings": {"EventSourceMappings": [CONFIGS["kinesis"]]},
            "GetMetricData": {"MetricDataResults": [result]},
        },
        now,
    )
    meta = Meta("run", "restoring", "arn", experiment, deadline=0, started_at=590)
    target: dict[str, Any] = {"experiment_id": "run", "key": "k", "name": UUID}
    target |= {"batch": 0, "status": "restored", "broken_at": BEGAN, "restored_at": BACK}
    world.put(meta_key("run"), meta.item())
    world.put(target_key("run", "k"), target | changes)
    world.put(snapshot_key("run", "k"), {"document": {"config": CONFIGS["kinesis"]}})
    world.put(sample_key("run", 0), {"at": 0, "queues": {}, "alarms": {}})
    return world


def watched(world: World, timings: Timings) -> Seen:
    return world.run(watch("run", world.attempt(timings=timings)))


@pytest.mark.parametrize(
    ("values", "now", "over"),
    [
        (BEFORE, 1000.0, False),
        (BEHIND, 1200.0, False),
        (CAUGHT_UP, 1139.0, False),
        (CAUGHT_UP, 1140.0 + 60, True),
        ({}, 1000.0, True),
        (BEHIND, BACK + 200 + 420 + 1, True),
        ({**BEHIND, 1140.0: 300_000.0}, 1260.0, True),
    ],
    ids=[
        "nothing yet", "behind", "a minute too early", "caught up", "no comparison", "given up",
        "certainly too late",
    ],
)  # fmt: skip
def test_the_recovery_is_watched_until_the_metric_tells(
    values: dict[float, float], now: float, *, over: bool
) -> None:
    asked = Experiment(function_name="orders", expect=[DrainedWithin(seconds=200)])
    seen = watched(stored(asked, now, values), Timings(recovery_seconds=10))
    assert seen.over is over


@pytest.mark.parametrize(
    ("until", "pause"), [(BACK + 60, 10), (BACK + 3200, 32), (BACK + 3201, 33)]
)
def test_a_recovery_is_looked_at_a_hundred_times_at_most(until: float, pause: int) -> None:
    asked = Experiment(
        function_name="orders", expect=[AlarmWithin(alarm="late", seconds=int(until - BEGAN))]
    )
    assert watched(stored(asked, 1000.0, BEFORE), Timings()).wait_seconds == pause


def test_a_stream_that_was_not_broken_is_not_waited_for() -> None:
    asked = Experiment(function_name="orders", expect=[DrainedWithin(seconds=200)])
    seen = watched(stored(asked, 1000.0, BEFORE, broken_at=0), Timings(recovery_seconds=10))
    assert seen.over


@pytest.mark.parametrize(
    ("now", "over", "wait"),
    [
        (BACK + 5, False, 10),
        (BACK + 10, False, 15),
        (BACK + 25, False, 38),
        (BACK + 200, False, 300),
        (BACK + 500, False, 100),
        (BACK + 599, False, 10),
        (BACK + 601, True, 10),
    ],
)
def test_a_mapping_that_lambda_takes_minutes_to_start_is_waited_for(
    now: float, wait: int, *, over: bool
) -> None:
    assert watched(starting(now), Timings(recovery_seconds=10)) == Seen(over, wait)


def starting(now: float) -> World:
    """A world in which Lambda still makes the mapping."""
    world = stored(Experiment(function_name="orders"), now, {})
    creating = {**CONFIGS["kinesis"], "State": "Creating"}
    listed = {"ListEventSourceMappings": {"EventSourceMappings": [creating]}}
    return World({**world.answers, **listed}, now, world.items)


def test_a_mapping_that_never_starts_is_looked_at_less_and_less_often() -> None:
    """Each look costs three transitions; one that takes a minute is looked at four times."""
    now, looks = BACK + 0.1, [BACK + 0.1]
    while not (seen := watched(starting(now), Timings())).over:
        now += seen.wait_seconds + 0.1
        looks.append(now)
    assert [round(each - BACK) for each in looks[:4]] == [0, 10, 26, 66]
    assert looks[-1] < BACK + Timings().rest_seconds + Timings().observe_seconds
    assert len(looks) == PATIENT_LOOKS


def test_a_stream_is_watched_from_when_its_mapping_was_at_rest() -> None:
    asked = Experiment(function_name="orders", expect=[DrainedWithin(seconds=200)])
    for at, settled, over in ((BACK + 1, True, True), (BACK + 1, False, False)):
        world = stored(asked, BACK + 200 + 420 + 1, BEHIND)
        seen = {"queues": {}, "alarms": {}, "settled": settled}
        world.put(sample_key("run", at), {"at": at, **seen})
        world.put(sample_key("run", 1100), {"at": 1100, **seen, "settled": True})
        assert watched(world, Timings(recovery_seconds=10)).over is over


def test_a_watch_grants_the_ramp_down_for_a_verification_that_says_nothing() -> None:
    timings, now = Timings(), 1000.0
    world = stored(Experiment(function_name="orders", ramp_time=86_400), now, {})
    watched(world, timings)
    verified = now + timings.watch_recovery_task_seconds + timings.verify_targets_task_seconds
    reported = verified + 86_400 + timings.report_task_seconds
    assert world.items[meta_key("run")]["deadline"] > reported
