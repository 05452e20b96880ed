import json
from typing import Any

import pytest

from snapback.faults.mappings.proofs.named_queues import prove
from snapback.model.effects import Call
from snapback.model.expectations import (
    BacklogGrew,
    DeadLettersAtMost,
    DestinationReceived,
    Expectation,
)
from snapback.model.findings import Findings
from tests.fakes.answers import Answers, answer, refused
from tests.unit.proof_account import STREAM, function, mapping

REGION = "arn:aws:sqs:eu-west-1:123456789012:"
SOURCE, DEAD, FAILED, ASYNCHRONOUS, FOREIGN = (
    REGION + name for name in ("source", "dead", "failed", "asynchronous", "foreign")
)
TAG = "snapback:allowed"
CONFIGS = [
    mapping(SOURCE),
    mapping(STREAM, DestinationConfig={"OnFailure": {"Destination": FAILED}}),
]
FUNCTION = function(DeadLetterConfig={"TargetArn": ASYNCHRONOUS})
ANSWERS: Answers = {
    "GetQueueUrl": lambda params: {"QueueUrl": params["QueueName"]},
    "GetQueueAttributes": lambda params: {
        "Attributes": {"RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD})}
        if params["QueueUrl"] == "source"
        else {}
    },
    "ListQueueTags": {},
}


def proved(expected: list[Expectation], **answers: Any) -> Findings:
    return answer(prove(expected, CONFIGS, FUNCTION, TAG), {**ANSWERS, **answers})


@pytest.mark.parametrize("queue", [DEAD, FAILED, ASYNCHRONOUS])
def test_queues_of_the_mappings_and_their_function_may_be_named(queue: str) -> None:
    assert proved([DestinationReceived(queue=queue), DeadLettersAtMost(queue=queue)]) == Findings()


def test_a_source_may_be_counted_and_not_read() -> None:
    """Whoever reads it hides messages from the function for a moment."""
    assert proved([DeadLettersAtMost(queue=SOURCE)]) == Findings()
    [problem] = proved([DestinationReceived(queue=SOURCE)]).problems
    assert problem.startswith(f"expect[0].queue: {SOURCE!r} is no destination or dead-letter queue")
    opted_in = {"Tags": {TAG: "true"}}
    assert proved([DestinationReceived(queue=SOURCE)], ListQueueTags=opted_in) == Findings()


@pytest.mark.parametrize("kind", [DestinationReceived, DeadLettersAtMost])
def test_a_foreign_queue_is_refused_with_field_value_and_fix(
    kind: type[DestinationReceived | DeadLettersAtMost],
) -> None:
    [problem] = proved([BacklogGrew(), kind(queue=FOREIGN)]).problems
    assert problem.startswith(f"expect[1].queue: {FOREIGN!r} is no ")
    assert FAILED in problem
    assert problem.endswith(f"or tag the queue {TAG}=true")


@pytest.mark.parametrize(
    ("tags", "refused_for"),
    [
        ({"Tags": {TAG: "true"}}, ""),
        ({"Tags": {TAG: "false"}}, "has no tag"),
        ({"Tags": {"team": "true"}}, "has no tag"),
        ({}, "has no tag"),
        (refused(), "its tags cannot be read (AccessDeniedException"),
    ],
)
def test_a_foreign_queue_opts_in_by_its_tag(tags: Any, refused_for: str) -> None:
    found = proved([DestinationReceived(queue=FOREIGN)], ListQueueTags=tags)
    assert len(found.problems) == (1 if refused_for else 0)
    assert refused_for in "".join(found.problems)


def test_a_queue_that_cannot_be_found_is_refused() -> None:
    answers = {"GetQueueUrl": refused()}
    [problem] = proved([DestinationReceived(queue=FOREIGN)], **answers).problems
    assert "cannot be read" in problem


def test_nothing_is_asked_where_no_queue_is_named() -> None:
    asked: list[Call] = []
    expected: list[Expectation] = [DestinationReceived(), DeadLettersAtMost(), BacklogGrew()]
    assert answer(prove(expected, CONFIGS, FUNCTION, TAG), {}, asked=asked) == Findings()
    assert asked == []
