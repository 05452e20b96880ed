"""What is made of an AWS response; the only part of `aws/` that needs no emulator."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws.calls import _refused, plain
from snapback.model.effects import Answer, Outcome


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        ({"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, Outcome.REFUSED),
        ({"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": 500}}, Outcome.UNKNOWN),
        ({"Error": {"Code": ""}, "ResponseMetadata": {"HTTPStatusCode": 404}}, Outcome.REFUSED),
        ({"Error": {"Code": ""}, "ResponseMetadata": {"HTTPStatusCode": 503}}, Outcome.UNKNOWN),
        ({"Error": {}}, Outcome.UNKNOWN),
        ({}, Outcome.UNKNOWN),
    ],
)
def test_an_error_is_never_taken_for_success(response: Any, outcome: Outcome) -> None:
    answer = _refused(ClientError(response, "DeleteEventSourceMapping"))
    assert not answer.done
    assert answer.outcome is outcome


@pytest.mark.parametrize(
    ("operation", "response", "expected"),
    [
        (
            "GetFunction",
            {"Error": {"Code": "X", "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 404}},
            Answer(code="X", message="no", status=404),
        ),
        ("GetFunction", {}, Answer(code="Unknown", status=0)),
        ("AssumeRole", {}, Answer(code="AssumeRole.Unknown", status=0)),
    ],
)
def test_an_error_is_told_as_aws_gave_it(operation: str, response: Any, expected: Answer) -> None:
    assert _refused(ClientError(response, operation)) == expected


def test_times_become_epoch_seconds_at_any_depth() -> None:
    at = datetime.fromtimestamp(7.5, UTC)
    assert plain({"a": at, "b": [{"c": at}], "d": "x"}) == {"a": 7.5, "b": [{"c": 7.5}], "d": "x"}
