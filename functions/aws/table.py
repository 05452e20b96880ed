"""Performs the effects on the table: conditional writes, and consistent reads."""

import json
import random
import time
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from snapback.model.effects import Change, Fetch, Key, Load, Write

_encode = TypeSerializer().serialize
_decode = TypeDeserializer().deserialize
_CONFLICT_ATTEMPTS = 10
_LONGEST_PAUSE_SECONDS = 1.0


@cache
def _dynamodb() -> Any:
    return boto3.client("dynamodb")


def fetch(table: str, effect: Fetch) -> dict[str, Any] | None:
    """One item by its key, or None."""
    answer = _dynamodb().get_item(TableName=table, Key=_key(effect.key), ConsistentRead=True)
    return _item(answer["Item"]) if "Item" in answer else None


def load(table: str, effect: Load) -> list[dict[str, Any]]:
    """The items of a partition, in the order of their sort keys."""
    return query(_dynamodb(), table, effect)


def query(api: Any, table: str, effect: Load) -> list[dict[str, Any]]:
    """The same by a DynamoDB client of any account."""
    condition, values = "pk = :pk", {":pk": {"S": effect.pk}}
    if effect.prefix:
        condition += " AND begins_with(sk, :prefix)"
        values[":prefix"] = {"S": effect.prefix}
    pages = api.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=values,
    )
    return [_item(each) for page in pages for each in page["Items"]]


def open_experiments(table: str) -> list[str]:
    """The ids in the sparse index: every open experiment, and perhaps one that was just closed."""
    pages = (
        _dynamodb()
        .get_paginator("query")
        .paginate(
            TableName=table,
            IndexName="open",
            KeyConditionExpression="#open = :yes",
            ExpressionAttributeNames={"#open": "open"},
            ExpressionAttributeValues={":yes": {"S": "yes"}},
        )
    )
    return [str(_item(each)["experiment_id"]) for page in pages for each in page["Items"]]


def write(table: str, effect: Write) -> bool:
    """Make all changes or none; whether they were made.

    Always a transaction: its token keeps a retry of the SDK from finding its own success in the
    way. One that met another transaction is tried again.
    """
    changes = [_action(table, change) for change in effect.changes]
    for attempt in range(_CONFLICT_ATTEMPTS):
        try:
            _dynamodb().transact_write_items(TransactItems=changes)
        except ClientError as error:
            reasons = {each.get("Code") for each in error.response.get("CancellationReasons", [])}
            if "ConditionalCheckFailed" in reasons:
                return False
            if "TransactionConflict" not in reasons or attempt == _CONFLICT_ATTEMPTS - 1:
                raise
            longest = min(_LONGEST_PAUSE_SECONDS, 0.1 * 2**attempt)
            time.sleep(random.uniform(0.02, longest))  # noqa: S311  # jitter, no secret
        else:
            return True
    raise AssertionError


def _action(table: str, change: Change) -> dict[str, Any]:
    expression = _Expression()
    action: dict[str, Any] = {"TableName": table, "Key": _key(change.key)}
    kind = "ConditionCheck"
    if change.delete:
        kind = "Delete"
    elif change.set or change.remove:
        kind = "Update"
        action["UpdateExpression"] = expression.update(change.set, change.remove)
    if change.any_of:
        action["ConditionExpression"] = expression.any_of(change.any_of)
    return {kind: action | expression.placeholders()}


class _Expression:
    """Collects the placeholders of an expression, so that no attribute name is a reserved word."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def update(self, to_set: Mapping[str, Any], to_remove: Iterable[str]) -> str:
        assigned = [f"{self._name(k)} = {self._value(v)}" for k, v in to_set.items()]
        removed = [self._name(name) for name in to_remove]
        parts = ["SET " + ", ".join(assigned)] if assigned else []
        return " ".join([*parts, "REMOVE " + ", ".join(removed)] if removed else parts)

    def any_of(self, alternatives: Iterable[Mapping[str, tuple[Any, ...]]]) -> str:
        """AND binds tighter than OR; DynamoDB refuses parentheses that it does not need."""
        return " OR ".join(
            " AND ".join(self._is_one_of(name, allowed) for name, allowed in each.items())
            for each in alternatives
        )

    def placeholders(self) -> dict[str, Any]:
        found = {
            "ExpressionAttributeNames": {alias: name for name, alias in self.names.items()},
            "ExpressionAttributeValues": self.values,
        }
        return {name: each for name, each in found.items() if each}

    def _is_one_of(self, attribute: str, allowed: tuple[Any, ...]) -> str:
        name = self._name(attribute)
        if allowed == (None,):
            return f"attribute_not_exists({name})"
        return f"{name} IN ({', '.join(self._value(each) for each in allowed)})"

    def _name(self, attribute: str) -> str:
        return self.names.setdefault(attribute, f"#n{len(self.names)}")

    def _value(self, value: Any) -> str:
        alias = f":v{len(self.values)}"
        self.values[alias] = _encode(json.loads(json.dumps(value), parse_float=Decimal))
        return alias


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _item(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _number(_decode(value)) for name, value in attributes.items()}


def _number(value: Any) -> Any:
    """The value with DynamoDB's decimals as whole or floating numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _number(each) for name, each in value.items()}
    return [_number(each) for each in value] if isinstance(value, list) else value
