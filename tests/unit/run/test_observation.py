from typing import Any

import pytest

from snapback.model.effects import Probe, Probed
from snapback.model.expectations import AlarmWithin, ProbeStaysUp
from snapback.model.experiment import Experiment
from snapback.model.records import Snapshot, Target, sample_key
from snapback.run.observation import probes, sample, window_left
from tests.fakes.answers import Answers, refused
from tests.fakes.world import World
from tests.unit.samples import CONFIGS


def uuid(number: int) -> str:
    return f"{number:08}-2222-4333-8444-555555555555"


def target(number: int = 0, source: str = "sqs", **changes: Any) -> Target:
    values: dict[str, Any] = {"experiment_id": "run", "status": "injected", "name": uuid(number)}
    values |= {"key": f"k{number}", "snapshot": Snapshot({"config": CONFIGS[source]})}
    return Target(**values | changes)


@pytest.mark.parametrize(
    ("in_force_at", "left"), [([], 30), ([100.0], 30), ([40.0, 95.0], 25), ([60.0], -10)]
)
def test_a_window_is_counted_from_the_last_target_whose_fault_holds(
    in_force_at: list[float], left: float
) -> None:
    targets = [
        target(number, in_force_at=at, stages_in_force=1) for number, at in enumerate(in_force_at)
    ]
    assert window_left(targets, duration=30, now=100.0) == left


def test_a_change_that_does_not_hold_yet_has_all_of_the_window_before_it() -> None:
    targets = [target(0, in_force_at=70.0, stages_in_force=1), target(1, stages_in_force=0)]
    assert window_left(targets, duration=30, now=100.0) == 30


@pytest.mark.parametrize(
    ("ends", "left"), [([110.0, 120.0], 20), ([110.0, 0], 30), ([150.0, 160.0], 30)]
)
def test_a_window_ends_when_every_fault_has_ended_by_itself(ends: list[float], left: float) -> None:
    targets = [
        target(number, in_force_at=100.0, stages_in_force=1, fault_ends_at=at)
        for number, at in enumerate(ends)
    ]
    assert window_left(targets, duration=30, now=100.0) == left


EXPERIMENT = Experiment(function_name="orders")
COUNTS = {
    "ApproximateNumberOfMessages": "4",
    "ApproximateNumberOfMessagesNotVisible": "2",
    "ApproximateNumberOfMessagesDelayed": "0",
}


def listed(*states: str) -> Answers:
    """Mappings in these states, by their numbers; their queue can be read."""
    mappings = [{"UUID": uuid(number), "State": state} for number, state in enumerate(states)]
    return {
        "ListEventSourceMappings": {"EventSourceMappings": mappings},
        "GetQueueUrl": {"QueueUrl": "url"},
        "GetQueueAttributes": {"Attributes": COUNTS},
    }


def sampled(
    targets: list[Target], answers: Answers, experiment: Experiment = EXPERIMENT
) -> dict[str, Any]:
    """A sample at 7 s, as it is stored and answered."""
    world = World(answers)
    taken = world.run(sample(targets, experiment, "during", 7.0))
    stored = world.items[sample_key("run", 7.0)]
    assert {**stored, **taken} == stored
    return dict(taken)


def test_a_sample_holds_the_states_and_the_backlog() -> None:
    taken = sampled([target(0), target(1, "kinesis")], listed("Enabled"))
    assert (taken["at"], taken["phase"]) == (7.0, "during")
    assert taken["states"] == {"k0": "Enabled", "k1": "absent"}
    [(queue, backlog)] = taken["queues"].items()
    assert queue == CONFIGS["sqs"]["EventSourceArn"]
    assert (backlog["visible"], backlog["in_flight"]) == (4, 2)


def test_a_state_that_cannot_be_read_is_unknown() -> None:
    taken = sampled([target()], {**listed(), "ListEventSourceMappings": refused()})
    assert (taken["states"], taken["settled"]) == ({"k0": "unknown"}, False)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["Enabled", "Disabled"], True),
        (["Enabled"], True),
        (["Enabled", "Creating"], False),
        (["Enabling"], False),
    ],
)
def test_a_sample_is_settled_when_every_target_is(states: list[str], *, expected: bool) -> None:
    """The third target is absent."""
    taken = sampled([target(0), target(1), target(2)], listed(*states))
    assert taken["settled"] is expected


def test_a_queue_that_cannot_be_read_is_left_out() -> None:
    assert sampled([target()], {**listed("Enabled"), "GetQueueUrl": refused()})["queues"] == {}


def test_a_sample_of_many_targets_looks_at_all_of_them_with_one_list() -> None:
    world = World(listed(*["Enabled"] * 1000))
    targets = [target(number, "kinesis") for number in range(1000)]
    taken = world.run(sample(targets, EXPERIMENT, "before", 7.0))
    assert list(taken["states"].values()) == ["Enabled"] * 1000
    assert [each.operation for each in world.calls].count("ListEventSourceMappings") == 1


def test_a_sample_holds_every_alarm_that_is_named() -> None:
    named = Experiment(
        function_name="orders", stop_alarms=["stop"], expect=[AlarmWithin(alarm="late", seconds=9)]
    )
    alarms = [
        {"AlarmName": name, "StateValue": "OK", "StateTransitionedTimestamp": 1.0}
        for name in ("late", "stop")
    ]
    answers: Answers = {**listed("Enabled"), "DescribeAlarms": {"MetricAlarms": alarms}}
    assert set(sampled([target()], answers, named)["alarms"]) == {"late", "stop"}


def test_each_endpoint_is_asked_once() -> None:
    url = "https://shop.example/health"
    twice = [ProbeStaysUp(url=url), ProbeStaysUp(url=url, status=200)]
    step = probes(Experiment(function_name="orders", expect=list(twice)))
    assert next(step) == Probe(url, 3)


def test_a_sample_tells_an_endpoint_without_its_query() -> None:
    asked = ProbeStaysUp(url="https://shop.example/health?token=secret#top")
    step = probes(Experiment(function_name="orders", expect=[asked]))
    assert next(step) == Probe(asked.url, 3)
    with pytest.raises(StopIteration) as ended:
        step.send(Probed(200, 0.1))
    assert list(ended.value.value) == ["https://shop.example/health"]
