"""Letters in the shapes of the Lambda developer guide."""

import json
from typing import Any

import pytest

from snapback.workload.letters import count, parse
from tests.unit.samples import CONFIGS, FUNCTION, letter

STREAM: dict[str, Any] = {
    "requestContext": {
        "requestId": "c9b8fa9f-5a7f-xmpl-af9c-0c604cde93a5",
        "functionArn": FUNCTION,
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 1,
    },
    "responseContext": {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    },
    "version": "1.0",
    "timestamp": "2019-11-14T00:38:06.021Z",
    "KinesisBatchInfo": {
        "shardId": "shardId-000000000001",
        "startSequenceNumber": "49601189658422359378836298521827638475320189012309704722",
        "endSequenceNumber": "49601189658422359378836298522902373528957594348623495186",
        "approximateArrivalOfFirstRecord": "2019-11-14T00:38:04.835Z",
        "approximateArrivalOfLastRecord": "2019-11-14T00:38:05.580Z",
        "batchSize": 500,
        "streamArn": CONFIGS["kinesis"]["EventSourceArn"],
    },
}
TABLE = {
    **{name: each for name, each in STREAM.items() if name != "KinesisBatchInfo"},
    "DDBStreamBatchInfo": {**STREAM["KinesisBatchInfo"], "batchSize": 3},
}
EXPIRED = {
    **{name: each for name, each in STREAM.items() if name != "responseContext"},
    "requestContext": {**STREAM["requestContext"], "condition": "RecordAgeExceeded"},
}
EVENT = {
    "version": "1.0",
    "timestamp": "2019-11-14T18:16:05.568Z",
    "requestContext": {
        "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
        "functionArn": f"{FUNCTION}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": {"ORDER_IDS": ["9e07af03"]},
    "responseContext": {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Handled",
    },
    "responsePayload": {"errorMessage": "KeyError: 'x'", "errorType": "KeyError"},
}


def notification(body: str) -> str:
    """The body as a queue gets it that is subscribed to a topic."""
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": "m",
            "TopicArn": "arn:aws:sns:eu-west-1:123456789012:failed",
            "Message": body,
            "Timestamp": "2019-11-14T00:38:07.000Z",
        }
    )


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        (STREAM, ("RetryAttemptsExhausted", 500, 1, "Unhandled")),
        (TABLE, ("RetryAttemptsExhausted", 3, 1, "Unhandled")),
        (EXPIRED, ("RecordAgeExceeded", 500, 1, "")),
        (EVENT, ("RetriesExhausted", 1, 3, "KeyError")),
    ],
    ids=["kinesis", "dynamodb", "too old", "event"],
)
def test_a_letter_is_read_in_every_documented_shape(letter: Any, expected: Any) -> None:
    for body in (json.dumps(letter), notification(json.dumps(letter))):
        found = parse(body)
        assert found
        told = (found.condition, found.records, found.invokes, found.error)
        assert (found.function, told) == ("orders", expected)
        assert found.at == pytest.approx(1573691886.021, abs=65_000)


@pytest.mark.parametrize(
    "body",
    [
        "", "x", "[]", "null", "3", "{}", '{"requestContext": 1}', '{"requestContext": null}',
        '{"timestamp": "2026-01-01T00:00:00Z", "requestContext": {}}',
        '{"timestamp": "2026-01-01", "requestContext": {"condition": "x"}, "KinesisBatchInfo": 3}',
        notification("no letter"), '{"Type": "Notification"}', '{"Records": []}',
    ],
)  # fmt: skip
def test_what_is_no_letter_is_not_counted(body: str) -> None:
    assert parse(body) is None
    assert count([body], "orders", 0)["others"] == 1


def test_letters_of_this_run_are_counted_by_condition() -> None:
    another = {"condition": "RecordAgeExceeded", "functionArn": FUNCTION.replace("orders", "bills")}
    bodies = [
        letter("2026-01-01T00:00:00.000Z"),
        letter("2026-01-01T00:10:00.000Z"),
        letter("2026-01-01T00:10:01.000Z", responsePayload={"errorType": "KeyError"}),
        letter("2026-01-01T00:10:02.000Z", "RecordAgeExceeded", responseContext=None),
        letter("2026-01-01T00:10:02.000Z", KinesisBatchInfo={"batchSize": 40}),
        letter("2026-01-01T00:10:03.000Z", requestContext=another),
        "something else",
    ]
    assert count(bodies, "123456789012:function:orders:live", 1767225900.0) == {
        "conditions": {"RetryAttemptsExhausted": 3, "RecordAgeExceeded": 1},
        "records": {"RetryAttemptsExhausted": 42, "RecordAgeExceeded": 1},
        "errors": {"Unhandled": 2, "KeyError": 1},
        "most_invokes": 3,
        "others": 3,
    }
