"""Samples read a few of many queues, and always the same ones; what one missed decides nothing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from snapback.model.effects import Call
from snapback.model.evidence import Evidence, Span
from snapback.model.expectations import (
    DeadLettersAtMost,
    DestinationReceived,
    DrainedWithin,
    Expectation,
)
from snapback.model.source import Source
from snapback.workload.backlog import drained
from snapback.workload.backlog_verdicts import drained_within
from snapback.workload.queues import MOST_SAMPLED, depths, not_sampled
from tests.fakes.answers import DENIED, Answers, answer

REGION = "arn:aws:sqs:eu-west-1:123456789012:"
NAMED = REGION + "named"


def queue(number: int) -> Source:
    return Source(f"{REGION}queue-{number:04}", "sqs", active=True, concurrency=1)


def stream(number: int) -> Source:
    destination = f"{REGION}failed-{number:04}"
    return Source(f"stream-{number}", "kinesis", True, 1, destination=destination)  # noqa: FBT003


ANSWERS: Answers = {
    "GetQueueUrl": lambda params: {"QueueUrl": params["QueueName"]},
    "GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "4"}},
}


def test_a_thousand_queues_are_sampled_with_few_calls() -> None:
    asked: list[Call] = []
    sources = [*map(queue, range(1000)), *map(stream, range(1000))]
    found = answer(depths(sources, []), ANSWERS, asked=asked)
    assert len(found["queues"]) == len(found["destinations"]) == MOST_SAMPLED
    assert len(asked) == 4 * MOST_SAMPLED


def test_every_sample_reads_the_same_queues_whatever_the_order_of_the_targets() -> None:
    sources = [*map(queue, range(50)), *map(stream, range(50))]
    before = answer(depths(sources, []), ANSWERS)
    assert answer(depths(sources[::-1], []), ANSWERS) == before
    assert list(before["queues"]) == [queue(number).arn for number in range(MOST_SAMPLED)]


def test_a_queue_that_an_expectation_names_is_always_read() -> None:
    named: list[Expectation] = [
        DeadLettersAtMost(count=0, queue=NAMED),
        DestinationReceived(queue=NAMED),
    ]
    found = answer(depths([*map(stream, range(50))], named), ANSWERS)
    assert NAMED in found["destinations"]
    assert NAMED in found["dead_letters"]


@pytest.mark.parametrize(("queues", "sentences"), [(0, 0), (20, 0), (21, 1)])
def test_the_report_says_when_not_every_queue_was_sampled(queues: int, sentences: int) -> None:
    said = not_sampled([*map(queue, range(queues)), *map(stream, range(50))])
    assert len(said) == sentences
    assert all("Of 21 source queues only 20 were sampled" in each for each in said)


def test_a_queue_that_cannot_be_read_is_left_out() -> None:
    denied = {
        "GetQueueUrl": lambda p: DENIED if p["QueueName"].endswith("0") else {"QueueUrl": "u"}
    }
    found = answer(depths([queue(0), queue(1)], []), {**ANSWERS, **denied})
    assert list(found["queues"]) == [queue(1).arn]


def samples(*visible: Mapping[str, int]) -> list[dict[str, Any]]:
    """One sample every 10 s, each with the depths of the queues that it could read."""
    return [
        {"at": 10.0 * number, "queues": {name: {"visible": depth} for name, depth in each.items()}}
        for number, each in enumerate(visible)
    ]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (({"a": 0}, {}, {}), True),
        (({"a": 0, "b": 0}, {"b": 100}, {"b": 0}), True),
        (({"b": 0}, {"a": 100, "b": 0}, {"b": 0}), True),
        (({"a": 0}, {"a": 100}, {}), False),
        (({"a": 0}, {}, {"a": 100}), False),
        (({"a": 0}, {"a": 100}, {}, {"a": 5}), True),
    ],
    ids=["first alone", "first of two", "not the first", "unread since", "late", "read again"],
)
def test_a_queue_that_only_some_samples_read_counts_by_those(
    seen: tuple[dict[str, int], ...], *, expected: bool
) -> None:
    assert drained(samples(*seen)) is expected


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (({"a": 0}, {"a": 9}, {"a": 0}), "held"),
        (({"a": 0}, {"a": 9}, {}, {"a": 0}), "held"),
        (({"a": 0}, {}, {}), "unknown"),
        (({"a": 0, "b": 0}, {"a": 9, "b": 9}, {"a": 9, "b": 0}), "deviated"),
        (({"a": 0, "b": 0}, {"a": 9}, {"a": 0}), "unknown"),
    ],
)
def test_a_queue_that_was_not_read_since_the_restore_is_not_judged(
    seen: tuple[dict[str, int], ...], verdict: str
) -> None:
    """Restored after 15 s, and watched until the last sample."""
    evidence = Evidence(samples=samples(*seen), series={}, until=99, any_broken=(Span(5, 15),))
    evidence = replace(evidence, kinds=frozenset({"sqs"}))
    found = drained_within(DrainedWithin(seconds=5 if verdict == "deviated" else 60), evidence)
    assert found.verdict == verdict
    assert verdict != "unknown" or "since the last restore could read" in found.reason
