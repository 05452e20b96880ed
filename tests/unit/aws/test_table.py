"""The requests that carry out the effects on the table, and what DynamoDB may answer."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from aws import table
from snapback.model.effects import Change, Fetch, Key, Load, Write

CANCELED = "TransactionCanceledException"
REFUSED, CONFLICT = "ConditionalCheckFailedException", "TransactionConflictException"
RUN = Key("experiment#run", "meta")
MOVE = Change(RUN, ({"status": ("running",)},), {"deadline": 9.5, "stage": 1}, ("open",))
UNLOCK = Change(Key("lock#k", "lock"), ({"owner": ("run",)},), delete=True)
WRITE = Write((MOVE, UNLOCK))
ALONE = [("update_item", Write((MOVE,))), ("delete_item", Write((UNLOCK,)))]


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


@pytest.mark.parametrize(("method", "write"), ALONE)
def test_a_change_alone_that_met_a_transaction_is_made_again(
    dynamodb: Stubber, method: str, write: Write
) -> None:
    dynamodb.add_client_error(method, CONFLICT)
    dynamodb.add_response(method, {})
    assert table.write("experiments", write)
    dynamodb.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", CONFLICT])
def test_a_change_alone_that_is_not_made_in_the_end_fails(dynamodb: Stubber, code: str) -> None:
    for _ in range(table._CONFLICT_ATTEMPTS if code == CONFLICT else 1):
        dynamodb.add_client_error("update_item", code)
    with pytest.raises(ClientError, match=code):
        table.write("experiments", Write((MOVE,)))
    dynamodb.assert_no_pending_responses()


META = {"pk": {"S": "experiment#run"}, "sk": {"S": "meta"}}
MOVED = {**META, "deadline": {"N": "9.50"}, "stage": {"N": "1"}, "status": {"S": "running"}}
LOCK = {"pk": {"S": "lock#k"}, "sk": {"S": "lock"}, "owner": {"S": "run"}}


@pytest.mark.parametrize(
    ("change", "sent_again", "found", "made"),
    [
        (MOVE, 1, MOVED, True),
        (MOVE, 3, {**MOVED, "status": {"S": "closed"}}, True),
        (MOVE, 0, MOVED, False),
        (MOVE, 1, {**MOVED, "deadline": {"N": "9"}}, False),
        (MOVE, 1, {**MOVED, "open": {"S": "yes"}}, False),
        (MOVE, 1, META, False),
        (MOVE, 1, {}, False),
        (UNLOCK, 1, {}, True),
        (UNLOCK, 0, {}, False),
        (UNLOCK, 1, LOCK, False),
    ],
)
def test_a_change_is_known_again_only_where_it_was_sent_again_and_stands_as_it_was_asked(
    dynamodb: Stubber, change: Change, sent_again: int, found: dict[str, Any], *, made: bool
) -> None:
    """The SDK repeats a request whose answer was lost; its condition no longer holds."""
    dynamodb.add_client_error(
        "delete_item" if change.delete else "update_item",
        REFUSED,
        http_status_code=400,
        response_meta={"RetryAttempts": sent_again},
        modeled_fields={"Item": found} if found else {},
    )
    assert table.write("experiments", Write((change,))) is made


ITEM = {
    **META,
    "whole": {"N": "3"},
    "half": {"N": "0.5"},
    "deep": {"M": {"all": {"L": [{"N": "1"}, {"S": "x"}, {"BOOL": True}, {"NULL": True}]}}},
}
READ = {
    "pk": "experiment#run",
    "sk": "meta",
    "whole": 3,
    "half": 0.5,
    "deep": {"all": [1, "x", True, None]},
}


@pytest.mark.parametrize(
    ("answer", "item"), [({"Item": ITEM}, READ), ({}, None)], ids=["there", "not there"]
)
def test_an_item_is_read_consistently_with_numbers_of_json(
    dynamodb: Stubber, answer: dict[str, Any], item: dict[str, Any] | None
) -> None:
    dynamodb.add_response(
        "get_item", answer, {"TableName": "experiments", "Key": META, "ConsistentRead": True}
    )
    found = table.fetch("experiments", Fetch(Key("experiment#run", "meta")))
    assert found == item
    assert found is None or [type(found[name]) for name in ("whole", "half")] == [int, float]


PARTITION = {
    "TableName": "experiments",
    "KeyConditionExpression": "#pk = :pk",
    "ExpressionAttributeNames": {"#pk": "pk"},
    "ExpressionAttributeValues": {":pk": {"S": "experiment#run"}},
}


@pytest.mark.parametrize(
    ("effect", "asked"),
    [
        (Load("experiment#run"), PARTITION | {"ConsistentRead": True}),
        (
            Load("experiment#run", "sample#"),
            PARTITION
            | {
                "ConsistentRead": True,
                "KeyConditionExpression": "#pk = :pk AND begins_with(sk, :prefix)",
                "ExpressionAttributeValues": {
                    ":pk": {"S": "experiment#run"},
                    ":prefix": {"S": "sample#"},
                },
            },
        ),
        (
            Load("yes", index="open"),
            PARTITION
            | {
                "IndexName": "open",
                "ExpressionAttributeNames": {"#pk": "open"},
                "ExpressionAttributeValues": {":pk": {"S": "yes"}},
            },
        ),
    ],
    ids=["a partition", "a kind of item", "an index"],
)
def test_every_page_of_a_partition_is_read(
    dynamodb: Stubber, effect: Load, asked: dict[str, Any]
) -> None:
    dynamodb.add_response("query", {"Items": [ITEM], "LastEvaluatedKey": META}, asked)
    dynamodb.add_response("query", {"Items": [META]}, asked | {"ExclusiveStartKey": META})
    found = table.load("experiments", effect)
    assert found == [READ, {"pk": "experiment#run", "sk": "meta"}]


def test_changes_are_made_together_and_no_name_is_written_into_an_expression(
    dynamodb: Stubber,
) -> None:
    key = Key("experiment#run", "meta")
    either = ({"status": ("running", "restoring"), "owner": (None,)}, {"status": ("closed",)})
    changes = (
        Change(key, either, {"status": "closed", "at": 0.5}, ("open", "owner")),
        Change(key, remove=("open",)),
        Change(key, ({"owner": ("run",)},), delete=True),
        Change(key, ({"owner": ("run",)},)),
    )
    here = {"TableName": "experiments", "Key": META}
    owned = {
        **here,
        "ConditionExpression": "#n0 IN (:v0)",
        "ExpressionAttributeNames": {"#n0": "owner"},
        "ExpressionAttributeValues": {":v0": {"S": "run"}},
    }
    closing = {
        **here,
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1 REMOVE #n2, #n3",
        "ConditionExpression": ("#n0 IN (:v2, :v3) AND attribute_not_exists(#n3) OR #n0 IN (:v4)"),
        "ExpressionAttributeNames": {"#n0": "status", "#n1": "at", "#n2": "open", "#n3": "owner"},
        "ExpressionAttributeValues": {
            ":v0": {"S": "closed"},
            ":v1": {"N": "0.5"},
            ":v2": {"S": "running"},
            ":v3": {"S": "restoring"},
            ":v4": {"S": "closed"},
        },
    }
    opening = {
        **here,
        "UpdateExpression": "REMOVE #n0",
        "ExpressionAttributeNames": {"#n0": "open"},
    }
    items = [{"Update": closing}, {"Update": opening}, {"Delete": owned}, {"ConditionCheck": owned}]
    dynamodb.add_response("transact_write_items", {}, {"TransactItems": items})
    assert table.write("experiments", Write(changes))


def test_any_other_refusal_is_no_answer(dynamodb: Stubber) -> None:
    canceled(dynamodb, "ThrottlingError")
    with pytest.raises(ClientError, match=CANCELED):
        table.write("experiments", WRITE)


def test_a_change_alone_is_a_plain_write_that_asks_for_the_item_in_its_way(
    dynamodb: Stubber,
) -> None:
    asked = {
        "TableName": "experiments",
        "Key": META,
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1 REMOVE #n2",
        "ConditionExpression": "#n3 IN (:v2)",
        "ExpressionAttributeNames": {
            "#n0": "deadline",
            "#n1": "stage",
            "#n2": "open",
            "#n3": "status",
        },
        "ExpressionAttributeValues": {
            ":v0": {"N": "9.5"},
            ":v1": {"N": "1"},
            ":v2": {"S": "running"},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    dynamodb.add_response("update_item", {}, asked)
    assert table.write("experiments", Write((MOVE,)))
