"""Performs the effects on the table: conditional writes, and consistent reads."""

import json
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from snapback.model.effects import Change, Fetch, Item, Key, Load, Write

_encode = TypeSerializer().serialize
_decode = TypeDeserializer().deserialize
_CONFLICT_ATTEMPTS = 10
_LONGEST_PAUSE_SECONDS = 1.0
_ALONE = {"Update": "update_item", "Delete": "delete_item"}
"""The client's method for each kind of change that can be made outside of a transaction."""


@cache
def _dynamodb() -> Any:
    return boto3.client("dynamodb")


def fetch(table: str, effect: Fetch) -> Item | None:
    """One item by its key, or None."""
    answer = _dynamodb().get_item(TableName=table, Key=_key(effect.key), ConsistentRead=True)
    return _item(answer["Item"]) if "Item" in answer else None


def load(table: str, effect: Load) -> list[Item]:
    """The items of a partition, in the order of their sort keys."""
    return query(_dynamodb(), table, effect)


def query(api: Any, table: str, effect: Load) -> list[Item]:
    """The same by a DynamoDB client of any account."""
    asked: dict[str, Any] = {
        "KeyConditionExpression": "#pk = :pk",
        "ExpressionAttributeNames": {"#pk": effect.index or "pk"},
        "ExpressionAttributeValues": {":pk": {"S": effect.pk}},
    }
    if effect.index:
        asked["IndexName"] = effect.index
    else:
        asked["ConsistentRead"] = not effect.may_lag
    if effect.prefix:
        asked["KeyConditionExpression"] += " AND begins_with(sk, :prefix)"
        asked["ExpressionAttributeValues"][":prefix"] = {"S": effect.prefix}
    pages = api.get_paginator("query").paginate(TableName=table, **asked)
    return [_item(each) for page in pages for each in page["Items"]]


def write(table: str, effect: Write) -> bool:
    """Make all changes or none; whether they were made.

    A change alone is a plain write, which costs half of a transaction. One that met a transaction
    of someone else is tried again.
    """
    for attempt in range(_CONFLICT_ATTEMPTS):
        try:
            return _write(table, effect.changes)
        except ClientError as error:
            if not _met_another(error) or attempt == _CONFLICT_ATTEMPTS - 1:
                raise
            longest = min(_LONGEST_PAUSE_SECONDS, 0.1 * 2**attempt)
            time.sleep(random.uniform(0.02, longest))  # noqa: S311  # jitter, no secret
    raise AssertionError


def _write(table: str, changes: Sequence[Change]) -> bool:
    kind, action = _action(table, changes[0])
    if len(changes) == 1 and kind in _ALONE:
        return _written_alone(kind, action, changes[0])
    actions = [dict([_action(table, change)]) for change in changes]
    try:
        _dynamodb().transact_write_items(TransactItems=actions)
    except ClientError as error:
        if "ConditionalCheckFailed" not in _reasons(error):
            raise
        return False
    return True


def _written_alone(kind: str, action: dict[str, Any], change: Change) -> bool:
    send = getattr(_dynamodb(), _ALONE[kind])
    try:
        send(**action, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return _made_before(change, error.response)
    return True


def _made_before(change: Change, refusal: Mapping[str, Any]) -> bool:
    """Whether the SDK has sent a change again that was already made, and whose answer was lost.

    Only a transaction has a token by which DynamoDB knows a request again. So it is told by the
    item, which then says exactly what was to be written.
    """
    if not refusal["ResponseMetadata"].get("RetryAttempts"):
        return False
    item = {name: _decode(value) for name, value in refusal.get("Item", {}).items()}
    if change.delete:
        return not item
    wanted = {name: _decode(_encoded(value)) for name, value in change.set.items()}
    return wanted.items() <= item.items() and item.keys().isdisjoint(change.remove)


def _met_another(error: ClientError) -> bool:
    alone = error.response["Error"]["Code"] == "TransactionConflictException"
    return alone or "TransactionConflict" in _reasons(error)


def _reasons(error: ClientError) -> set[str | None]:
    """Why the changes of a transaction were refused."""
    return {each.get("Code") for each in error.response.get("CancellationReasons", [])}


def _action(table: str, change: Change) -> tuple[str, dict[str, Any]]:
    """The kind of a change, as a transaction calls it, and its parameters."""
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
    return kind, action | expression.placeholders()


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
        self.values[alias] = _encoded(value)
        return alias


def _encoded(value: Any) -> Any:
    return _encode(json.loads(json.dumps(value), parse_float=Decimal))


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _item(attributes: Mapping[str, Any]) -> Item:
    return {name: _number(_decode(value)) for name, value in attributes.items()}


def _number(value: Any) -> Any:
    """The value with DynamoDB's decimals as whole or floating numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _number(each) for name, each in value.items()}
    return [_number(each) for each in value] if isinstance(value, list) else value
