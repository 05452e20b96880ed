"""A target's role is assumed with the external id, and again before its session ends."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from aws import calls, clients
from snapback.model.effects import Call, Outcome
from snapback.model.place import Place
from tests.unit.proof_account import UUID

PLACE = Place("eu-west-1", "arn:aws:iam::210987654321:role/SnapbackTarget")


class Sts:
    """A token service that remembers what it was asked; its sessions last for `minutes`."""

    def __init__(self, minutes: int = 60, error: tuple[str, int] | None = None) -> None:
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


@pytest.fixture(autouse=True)
def fresh_clients() -> Iterator[None]:
    for cached in (clients.session, clients.client):
        cached.cache_clear()
    yield
    for cached in (clients.session, clients.client):
        cached.cache_clear()


def with_sts(monkeypatch: pytest.MonkeyPatch, sts: Sts) -> Sts:
    monkeypatch.setattr(boto3, "client", lambda *_, **__: sts)
    return sts


def key() -> str:
    """The access key that the next request would be signed with."""
    return str(
        clients.session(PLACE, "external").get_credentials().get_frozen_credentials().access_key
    )


def test_the_role_is_assumed_with_the_external_id(monkeypatch: pytest.MonkeyPatch) -> None:
    sts = with_sts(monkeypatch, Sts())
    assert key() == "key-1"
    assert sts.asked == [
        {"RoleArn": PLACE.role_arn, "RoleSessionName": "snapback", "ExternalId": "external"}
    ]


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
