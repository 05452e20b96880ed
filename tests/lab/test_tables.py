"""DynamoDB: what one request wrote, no other undoes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

OLD_ITEMS, WRITES = 300, 100


@pytest.fixture
def table(aws: Any) -> Iterator[str]:
    name = "atomic"
    aws("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield name
    aws("dynamodb").delete_table(TableName=name)


def test_a_refused_transaction_undoes_nothing_of_others(aws: Any, table: str) -> None:
    dynamodb = aws("dynamodb")
    for number in range(OLD_ITEMS):
        dynamodb.put_item(TableName=table, Item={"id": {"S": f"old {number}"}, "text": {"S": "x"}})
    refused = {
        "TableName": table,
        "Key": {"id": {"S": "nobody"}},
        "ConditionExpression": "attribute_exists(id)",
    }
    done = threading.Event()

    def be_refused() -> None:
        while not done.is_set():
            with pytest.raises(ClientError, match="ConditionalCheckFailed"):
                dynamodb.transact_write_items(TransactItems=[{"Delete": refused}])

    side = threading.Thread(target=be_refused)
    side.start()
    try:
        for number in range(WRITES):
            dynamodb.put_item(TableName=table, Item={"id": {"S": str(number)}})
    finally:
        done.set()
        side.join()
    assert dynamodb.scan(TableName=table)["Count"] == OLD_ITEMS + WRITES


def test_of_many_conditional_writes_one_succeeds(aws: Any, table: str) -> None:
    dynamodb = aws("dynamodb")
    won: list[int] = []

    def take(number: int) -> None:
        try:
            dynamodb.put_item(
                TableName=table,
                Item={"id": {"S": "lock"}},
                ConditionExpression="attribute_not_exists(id)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return
        won.append(number)

    takers = [threading.Thread(target=take, args=(number,)) for number in range(20)]
    for each in takers:
        each.start()
    for each in takers:
        each.join()
    assert len(won) == 1
