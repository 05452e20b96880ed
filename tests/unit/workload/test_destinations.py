import json
from typing import Any

import pytest

from snapback.model.effects import Call
from snapback.model.expectations import BacklogGrew, DestinationReceived
from snapback.workload.destinations import read_expected, read_letters
from snapback.workload.sources import source
from tests.fakes.answers import answer, refused
from tests.unit.samples import CONFIGS, letter

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
FAILED = "arn:aws:sqs:eu-west-1:123456789012:failed"
REDRIVE = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": FAILED})}


def test_a_letter_that_is_received_twice_is_counted_once() -> None:
    same = {"Messages": [{"MessageId": "m", "Body": letter("2026-01-01T00:10:00Z")}]}
    answers: dict[str, Any] = {
        "GetQueueUrl": {"QueueUrl": "failed"},
        "GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "1"}},
        "ReceiveMessage": [same, same, {}],
    }
    asked: list[Call] = []
    found = answer(read_letters([FAILED], "orders", 0), answers, asked=asked)[FAILED]
    assert (found["conditions"], found["complete"]) == ({"RetryAttemptsExhausted": 1}, True)
    assert [each.params for each in asked if each.operation == "ReceiveMessage"] == [AS_MANY] * 3


AS_MANY = {
    "QueueUrl": "failed",
    "MaxNumberOfMessages": 10,
    "VisibilityTimeout": 20,
    "WaitTimeSeconds": 1,
}
"""The most that one request takes; without a wait, SQS asks only some of its servers."""


def letters_of(receives: int) -> list[dict[str, Any]]:
    """The answers to so many receives, each with another letter, and then an empty one."""
    body = letter("2026-01-01T00:10:00Z")
    return [*({"Messages": [{"MessageId": f"m{n}", "Body": body}]} for n in range(receives)), {}]


@pytest.mark.parametrize(("receives", "complete"), [(19, True), (20, False)])
def test_so_many_letters_are_read_and_no_more(receives: int, *, complete: bool) -> None:
    found = answer(
        read_letters([FAILED], "orders", 0), ANSWERS | {"ReceiveMessage": letters_of(receives)}
    )
    assert found[FAILED]["conditions"] == {"RetryAttemptsExhausted": receives}
    assert found[FAILED]["complete"] is complete


ANSWERS: dict[str, Any] = {
    "GetQueueUrl": {"QueueUrl": "failed"},
    "GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "1"}},
    "ReceiveMessage": refused(),
}


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"GetQueueAttributes": refused()}, "cannot be read"),
        ({}, "cannot be read (AccessDeniedException: no)"),
    ],
)
def test_a_destination_that_may_not_be_read_is_told(answers: dict[str, Any], problem: str) -> None:
    found = answer(read_letters([FAILED], "orders", 0), ANSWERS | answers)
    assert found == {FAILED: {"problem": f"destination {FAILED} {problem}"}}


def test_so_many_queues_are_read_and_no_more() -> None:
    queues = [f"{FAILED}{number}" for number in range(21)]
    found = answer(read_letters(queues, "orders", 0), ANSWERS)
    last = found.pop(queues[-1])["problem"]
    assert last == f"destination {queues[-1]} is not read: there are more than 20"
    assert {each["problem"].endswith("(AccessDeniedException: no)") for each in found.values()} == {
        True
    }


def test_a_destination_whose_messages_reading_would_move_on_is_not_read() -> None:
    answers: dict[str, Any] = {
        "GetQueueUrl": {"QueueUrl": "orders"},
        "GetQueueAttributes": {"Attributes": REDRIVE},
    }
    found = answer(read_letters([QUEUE], "orders", 0), answers)
    assert found == {
        QUEUE: {"problem": f"destination {QUEUE} has a redrive policy: it is not read"}
    }


def test_letters_are_read_only_where_an_expectation_asks_for_them() -> None:
    told = {"DestinationConfig": {"OnFailure": {"Destination": FAILED}}}
    sources = [source({**CONFIGS["kinesis"], **told})]
    asked: list[Call] = []
    assert answer(read_expected(sources, [BacklogGrew()], "orders", 0), {}, asked=asked) == {}
    assert asked == []
    expected = [DestinationReceived(), DestinationReceived(queue=QUEUE)]
    assert list(answer(read_expected(sources, expected, "orders", 0), {})) == [FAILED, QUEUE]
