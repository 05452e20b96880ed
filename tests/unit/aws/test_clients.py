"""A target's role is assumed with the external id, and again before its session ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from aws import calls, clients
from snapback.model.effects import Call, Outcome
from snapback.model.place import HOME, Place
from tests.unit.proof_account import UUID

PLACE = Place("eu-west-1", "arn:aws:iam::210987654321:role/SnapbackTarget")


class Sts:
    """A token service that remembers what it was asked; its sessions last for `minutes`."""

    def __init__(self, minutes: int = 60, error: tuple[str, int] | None = None) -> None:
        self.config = Config()
        self.asked: list[dict[str, Any]] = []
        self.minutes = minutes
        self.error = error

    def assume_role(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.error:
            code, status = self.error
            details: Any = {"Error": {"Code": code, "Message": "no"}}
            details["ResponseMetadata"] = {"HTTPStatusCode": status}
            raise ClientError(details, "AssumeRole")
        ends = datetime.now(UTC) + timedelta(minutes=self.minutes)
        number = len(self.asked)
        return {
            "Credentials": {
                "AccessKeyId": f"key-{number}",
                "SecretAccessKey": "s",
                "SessionToken": "t",
                "Expiration": ends,
            }
        }


def with_sts(monkeypatch: pytest.MonkeyPatch, sts: Sts) -> Sts:
    def client(service: str, config: Config) -> Sts:
        assert service == "sts"
        sts.config = config
        return sts

    monkeypatch.setattr(boto3, "client", client)
    return sts


def key(place: Place = PLACE, external_id: str | None = "external") -> str:
    """The access key that the next request would be signed with."""
    credentials = clients.session(place, external_id).get_credentials().get_frozen_credentials()
    return str(credentials.access_key)


def patience(config: Config) -> tuple[float, float, int]:
    """The seconds for a connection and for an answer, and how often a request is attempted."""
    assert config.retries["mode"] == "standard"
    return config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]


READ, CHANGE, HURRIED = (5, 15, 5), (5, 15, 1), (2, 3, 1)


@pytest.mark.parametrize(
    ("place", "changes", "expected"),
    [
        (HOME, False, READ),
        (HOME, True, CHANGE),
        (HOME.hurried(), False, HURRIED),
        (HOME.hurried(), True, HURRIED),
    ],
)
def test_a_change_is_attempted_once_and_a_read_again(
    place: Place, expected: tuple[float, float, int], *, changes: bool
) -> None:
    made = clients.client("sqs", place, None, changes=changes)
    assert patience(made.meta.config) == expected


@pytest.mark.parametrize(("place", "expected"), [(PLACE, READ), (PLACE.hurried(), HURRIED)])
def test_a_role_is_assumed_as_patiently_as_its_place_is_read(
    monkeypatch: pytest.MonkeyPatch, place: Place, expected: tuple[float, float, int]
) -> None:
    sts = with_sts(monkeypatch, Sts())
    assert key(place) == "key-1"
    assert patience(sts.config) == expected


@pytest.mark.parametrize(
    ("place", "region"),
    [
        (HOME, "eu-west-1"),
        (Place("us-east-1"), "us-east-1"),
        (Place(None, PLACE.role_arn), "eu-west-1"),
        (Place("us-east-1", PLACE.role_arn), "us-east-1"),
    ],
)
def test_a_request_goes_to_the_region_of_its_place_or_else_to_the_stack_s_own(
    place: Place, region: str
) -> None:
    assert clients.client("sqs", place, None, changes=False).meta.region_name == region


def test_the_role_is_assumed_with_the_external_id(monkeypatch: pytest.MonkeyPatch) -> None:
    sts = with_sts(monkeypatch, Sts())
    assert key() == "key-1"
    assert sts.asked == [
        {"RoleArn": PLACE.role_arn, "RoleSessionName": "snapback", "ExternalId": "external"}
    ]


def test_without_an_external_id_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sts = with_sts(monkeypatch, Sts())
    key(external_id=None)
    assert sts.asked == [{"RoleArn": PLACE.role_arn, "RoleSessionName": "snapback"}]


def test_requests_are_signed_as_the_role(monkeypatch: pytest.MonkeyPatch) -> None:
    with_sts(monkeypatch, Sts())
    signing = clients.session(PLACE, None).get_credentials().get_frozen_credentials()
    assert (signing.access_key, signing.secret_key, signing.token) == ("key-1", "s", "t")


def test_a_session_is_shared_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    with_sts(monkeypatch, Sts())
    assert [key(), key()] == ["key-1", "key-1"]


def test_a_session_is_renewed_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with_sts(monkeypatch, Sts(minutes=5))
    assert [key(), key()] == ["key-1", "key-2"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (("AccessDenied", 403), Outcome.REFUSED),
        (("ExpiredToken", 403), Outcome.REFUSED),
        (("ServiceUnavailable", 503), Outcome.BUSY),
    ],
)
def test_a_role_that_is_not_assumed_is_told_apart_and_nothing_was_sent(
    monkeypatch: pytest.MonkeyPatch, error: tuple[str, int], outcome: Outcome
) -> None:
    with_sts(monkeypatch, Sts(error=error))
    call = Call("lambda", "DeleteEventSourceMapping", {"UUID": UUID}, place=PLACE, changes=True)
    performed = calls.perform(call, "external")
    assert performed.code == f"AssumeRole.{error[0]}"
    assert performed.outcome is outcome
