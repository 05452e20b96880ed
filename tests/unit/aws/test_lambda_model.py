"""What botocore does not know is found in the raw response, at any depth, and is never lost."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from aws import calls, clients, lambda_model
from snapback.model.effects import Call, Check
from snapback.model.place import HOME, Place
from tests.unit.samples import CONFIGS, UUID

MAPPING = CONFIGS["sqs"]


class Raw(io.BytesIO):
    """A response's body as the SDK reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.getvalue()


def answered(body: Any, operation: str, status: int = 200) -> Any:
    """Perform a call to which AWS answers a body."""

    def send(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, status, {}, Raw(json.dumps(body).encode()))

    made = clients.client("lambda", HOME, None, changes=False)
    made.meta.events.register("before-send.lambda", send)
    params = {"UUID": UUID} if operation.startswith("Get") else {}
    return calls.perform(Call("lambda", operation, params), None)


@pytest.mark.parametrize(
    ("extra", "unknown"),
    [
        ({}, ()),
        ({"FutureConfig": {"Knob": 1}}, ("FutureConfig",)),
        ({"FutureConfig": {}, "Other": None, "Third": []}, ()),
        ({"PartialBatchResponse": True}, ("PartialBatchResponse",)),
        ({"ProvisionedPollerConfig": {"MinimumPollers": 1, "Knob": 2}},
         ("ProvisionedPollerConfig.Knob",)),
        ({"FilterCriteria": {"Filters": [{"Pattern": "{}"}, {"Pattern": "{}", "Mode": "x"}]}},
         ("FilterCriteria.Filters[1].Mode",)),
        ({"SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["a:1"]}}}, ()),
        ({"Tags": {"team": "a"}}, ()),
    ],
)  # fmt: skip
def test_unknown_members_are_named_by_their_path(
    extra: dict[str, Any], unknown: tuple[str, ...]
) -> None:
    answer = answered(MAPPING | extra, "GetEventSourceMapping")
    assert answer.unknown == unknown
    assert answer.body["UUID"] == UUID
    assert lambda_model.UNKNOWN not in answer.body


@pytest.mark.parametrize(
    ("extra", "unset"),
    [
        ({"FutureFlag": False, "FutureNumber": 0, "Other": None}, ("FutureFlag", "FutureNumber", "Other")),
        ({"FutureConfig": {}, "FutureList": [], "FutureWord": ""},
         ("FutureConfig", "FutureList", "FutureWord")),
        ({"ProvisionedPollerConfig": {"Knob": None}}, ("ProvisionedPollerConfig.Knob",)),
        ({"PartialBatchResponse": False}, ()),
        ({"PartialBatchResponse": None}, ()),
        ({"PartialBatchResponse": True}, ()),
    ],
)  # fmt: skip
def test_unknown_members_without_a_value_are_named_apart(
    extra: dict[str, Any], unset: tuple[str, ...]
) -> None:
    """AWS answers `PartialBatchResponse` to some, and its SDK does not know it."""
    answer = answered(MAPPING | extra, "GetEventSourceMapping")
    assert answer.unset == unset
    assert lambda_model.UNSET not in answer.body


def test_unknown_members_of_a_list_name_the_mapping() -> None:
    others = {"Future": 1, "Other": 0, "PartialBatchResponse": False}
    body = {"EventSourceMappings": [MAPPING, MAPPING | others]}
    answer = answered(body, "ListEventSourceMappings")
    assert answer.unknown == ("EventSourceMappings[1].Future",)
    assert answer.unset == ("EventSourceMappings[1].Other",)


def test_an_error_has_no_unknown_members() -> None:
    answer = answered({"Message": "no", "Odd": 1}, "GetEventSourceMapping", 404)
    assert (answer.unknown, answer.status) == ((), 404)


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        ({"FunctionName": "f"}, ""),
        ({}, 'Missing required parameter in input: "FunctionName"'),
        ({"FunctionName": "f", "BatchSize": 0}, "Invalid value for parameter BatchSize"),
        ({"FunctionName": "f", "BatchSize": "9"}, "Invalid type for parameter BatchSize"),
        ({"FunctionName": "f", "Future": 1}, 'Unknown parameter in input: "Future"'),
    ],
)
def test_a_request_is_checked_without_being_sent(request_: dict[str, Any], problem: str) -> None:
    assert problem in lambda_model.check(Check("lambda", "CreateEventSourceMapping", request_))
    assert bool(problem) is bool(
        lambda_model.check(Check("lambda", "CreateEventSourceMapping", request_))
    )


def test_the_session_of_a_role_is_made_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is assumed to make a client, so every error is the answer to a call."""

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a request was made")

    place = Place("eu-west-1", "arn:aws:iam::123456789012:role/r")
    clients.client("lambda", place, "id", changes=False)
    monkeypatch.setattr(boto3, "client", never)
    with pytest.raises(AssertionError):
        clients.session(place, "id").get_credentials().get_frozen_credentials()
