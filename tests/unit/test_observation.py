from typing import Any

import pytest

from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.run.observation import SAMPLED_TARGETS, drained, sample, settled, window_left
from tests.fakes.answers import GONE, answer, refused
from tests.unit.samples import CONFIGS


def target(number: int = 0, source: str = "sqs", **changes: Any) -> Target:
    uuid = f"{number:08}-2222-4333-8444-555555555555"
    values: dict[str, Any] = {"experiment_id": "run", "status": "injected", "uuid": uuid}
    values |= {"key": f"k{number}", "snapshot": {"config": CONFIGS[source]}}
    return Target(**values | changes)


@pytest.mark.parametrize(
    ("injected_at", "left"), [([], 30), ([100.0], 30), ([40.0, 95.0], 25), ([60.0], -10)]
)
def test_a_window_is_counted_from_the_last_target_that_was_affected(
    injected_at: list[float], left: float
) -> None:
    targets = [target(number, injected_at=at) for number, at in enumerate(injected_at)]
    assert window_left(targets, duration=30, now=100.0) == left


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["Enabled", "Disabled", "absent"], True),
        ([], True),
        (["Enabled", "Creating"], False),
        (["Enabling"], False),
        (["unknown"], False),
    ],
)
def test_a_sample_is_settled_when_every_mapping_is(states: list[str], *, expected: bool) -> None:
    assert settled({"mappings": dict(enumerate(states))}) is expected


def backlogs(*visible: int | None) -> list[dict[str, Any]]:
    return [{"queues": {} if each is None else {"q": {"visible": each}}} for each in visible]


@pytest.mark.parametrize(
    ("visible", "expected"),
    [
        ((0, 0, 0), True),
        ((0, 100, 0), True),
        ((0, 100, 5), True),
        ((0, 100, 6), False),
        ((0, 100), False),
        ((50, 150, 55), True),
        ((50, 150, 56), False),
        ((50, 150, 10), True),
        ((0, 100, None), False),
    ],
)
def test_a_queue_is_drained_when_a_twentieth_of_what_piled_up_is_left(
    visible: tuple[int | None, ...], *, expected: bool
) -> None:
    assert drained(backlogs(*visible)) is expected


def test_a_stream_has_no_backlog_to_wait_for() -> None:
    assert drained([{"queues": {}}, {"queues": {}}])


EXPERIMENT = Experiment(function_name="orders", event_uuids="all")
COUNTS = {
    "ApproximateNumberOfMessages": "4",
    "ApproximateNumberOfMessagesNotVisible": "2",
    "ApproximateNumberOfMessagesDelayed": "0",
}


def test_a_sample_holds_the_states_and_the_backlog() -> None:
    answers: dict[str, Any] = {
        "GetEventSourceMapping": [{"State": "Enabled"}, GONE, refused()],
        "GetQueueUrl": {"QueueUrl": "url"},
        "GetQueueAttributes": {"Attributes": COUNTS},
    }
    targets = [target(0), target(1, "kinesis"), target(2)]
    taken = answer(sample(targets, EXPERIMENT, "during", 7.0), answers)
    assert (taken["at"], taken["phase"]) == (7.0, "during")
    assert taken["mappings"] == {"k0": "Enabled", "k1": "absent", "k2": "unknown"}
    [(queue, backlog)] = taken["queues"].items()
    assert queue == CONFIGS["sqs"]["EventSourceArn"]
    assert (backlog["visible"], backlog["in_flight"]) == (4, 2)


def test_a_queue_that_cannot_be_read_is_left_out() -> None:
    answers = {"GetEventSourceMapping": {"State": "Enabled"}, "GetQueueUrl": refused()}
    assert answer(sample([target()], EXPERIMENT, "before", 7.0), answers)["queues"] == {}


def test_a_sample_of_many_targets_looks_at_the_first_few() -> None:
    targets = [target(number, "kinesis") for number in range(1000)]
    taken = answer(sample(targets, EXPERIMENT, "before", 7.0), {"GetEventSourceMapping": GONE})
    assert len(taken["mappings"]) == SAMPLED_TARGETS
