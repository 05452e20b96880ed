"""Transactions that meet others on the same items, as DynamoDB answers them."""

from collections.abc import Iterator
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from aws import table
from snapback.model.effects import Change, Key, Write

CANCELED = "TransactionCanceledException"
WRITE = Write(
    (Change(Key("experiment#run", "meta"), ({"status": ("running",)},), {"deadline": 9}),)
)


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A client whose answers are queued, and no pause between attempts."""
    client = boto3.client("dynamodb", region_name="eu-west-1")
    monkeypatch.setattr(table, "_dynamodb", lambda: client)
    monkeypatch.setattr(table, "time", SimpleNamespace(sleep=lambda _: None))
    with Stubber(client) as stubbed:
        yield stubbed


def canceled(dynamodb: Stubber, *codes: str) -> None:
    reasons = [{"Code": code} for code in codes]
    dynamodb.add_client_error(
        "transact_write_items", CANCELED, modeled_fields={"CancellationReasons": reasons}
    )


def test_a_transaction_that_met_another_is_made_again(dynamodb: Stubber) -> None:
    for _ in range(table._CONFLICT_ATTEMPTS - 1):
        canceled(dynamodb, "TransactionConflict")
    dynamodb.add_response("transact_write_items", {})
    assert table.write("experiments", WRITE)
    dynamodb.assert_no_pending_responses()


def test_a_condition_that_does_not_hold_is_an_answer_and_not_asked_again(dynamodb: Stubber) -> None:
    canceled(dynamodb, "TransactionConflict", "ConditionalCheckFailed")
    assert not table.write("experiments", WRITE)


def test_a_transaction_that_never_finds_its_turn_fails(dynamodb: Stubber) -> None:
    for _ in range(table._CONFLICT_ATTEMPTS):
        canceled(dynamodb, "TransactionConflict")
    with pytest.raises(ClientError, match=CANCELED):
        table.write("experiments", WRITE)
    dynamodb.assert_no_pending_responses()
