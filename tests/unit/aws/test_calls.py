"""One request to AWS, and what is made of its response."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from aws import calls
from aws.calls import _refused, plain
from snapback.model.effects import Answer, Call, Outcome


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


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A client of SQS whose answers are queued."""
    made = boto3.client("sqs", region_name="eu-west-1")
    monkeypatch.setattr(calls, "client", lambda *_, **__: made)
    with Stubber(made) as stubbed:
        yield stubbed


GET_URL = Call("sqs", "GetQueueUrl", {"QueueName": "orders"})


def test_an_answer_is_its_body_without_what_the_sdk_adds(sqs: Stubber) -> None:
    answered = {"QueueUrl": "https://queue", "ResponseMetadata": {"HTTPStatusCode": 200}}
    sqs.add_response("get_queue_url", answered, GET_URL.params)
    assert calls.perform(GET_URL, None) == Answer(body={"QueueUrl": "https://queue"})


def test_a_refusal_is_an_answer(sqs: Stubber) -> None:
    sqs.add_client_error("get_queue_url", "QueueDoesNotExist", "no such queue", 400)
    expected = Answer(code="QueueDoesNotExist", message="no such queue", status=400)
    assert calls.perform(GET_URL, None) == expected


def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests go to a client that reaches nobody."""
    once = Config(retries={"total_max_attempts": 1})
    made = boto3.client(
        "sqs", region_name="eu-west-1", endpoint_url="http://127.0.0.1:9", config=once
    )
    monkeypatch.setattr(calls, "client", lambda *_, **__: made)


def test_a_request_that_the_sdk_does_not_send_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch)
    found = calls.perform(replace(GET_URL, params={}), None)
    assert (found.code, found.status) == ("ParamValidationError", 400)
    assert "QueueName" in found.message


def test_a_request_that_nobody_answers_may_have_been_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch)
    found = calls.perform(GET_URL, None)
    assert (found.code, found.status) == ("EndpointConnectionError", 0)
    assert "127.0.0.1:9" in found.message


def test_times_become_epoch_seconds_at_any_depth() -> None:
    at = datetime.fromtimestamp(7.5, UTC)
    assert plain({"a": at, "b": [{"c": at}], "d": "x"}) == {"a": 7.5, "b": [{"c": 7.5}], "d": "x"}
