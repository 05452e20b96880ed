"""The recovery of a stream that was broken at 600 s and back at 930 s, as it is watched."""

from typing import Any

import pytest

from snapback.model.expectations import AlarmWithin, DrainedWithin
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, meta_key, sample_key, snapshot_key, target_key
from snapback.model.timings import Timings
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


def test_a_watch_grants_the_ramp_down_for_a_verification_that_says_nothing() -> None:
    timings, now = Timings(), 1000.0
    world = stored(Experiment(function_name="orders", ramp_time=86_400), now, {})
    watched(world, timings)
    verified = now + timings.watch_recovery_task_seconds + timings.verify_targets_task_seconds
    reported = verified + 86_400 + timings.report_task_seconds
    assert world.items[meta_key("run")]["deadline"] > reported
