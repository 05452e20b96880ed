import json
from typing import Any

from snapback.model.effects import Call
from snapback.model.expectations import BacklogGrew, DestinationReceived
from snapback.workload.destinations import read_expected, read_letters
from snapback.workload.sources import source
from tests.fakes.answers import answer
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
    found = answer(read_letters([FAILED], "orders", 0), answers)[FAILED]
    assert (found["conditions"], found["complete"]) == ({"RetryAttemptsExhausted": 1}, True)


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
