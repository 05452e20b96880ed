"""Performs the effects on the table: conditional writes, and consistent reads."""

import random
import time
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from botocore.exceptions import ClientError

from aws.clients import dynamodb
from snapback.model.effects import Change, Fetch, Item, Key, Load, Write

_CONFLICT_ATTEMPTS = 10
_LONGEST_PAUSE_SECONDS = 1.0


def fetch(table: str, effect: Fetch) -> Item | None:
    """One item by its key, or None."""
    answer = dynamodb().get_item(TableName=table, Key=_key(effect.key), ConsistentRead=True)
    return _item(answer["Item"]) if "Item" in answer else None


def load(table: str, effect: Load) -> list[Item]:
    """The items of a partition, in the order of their sort keys."""
    return query(dynamodb(), table, effect)


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
        asked["ConsistentRead"] = True
    if effect.prefix:
        asked["KeyConditionExpression"] += " AND begins_with(sk, :prefix)"
        asked["ExpressionAttributeValues"][":prefix"] = {"S": effect.prefix}
    pages = api.get_paginator("query").paginate(TableName=table, **asked)
    return [_item(each) for page in pages for each in page["Items"]]


def write(table: str, effect: Write) -> bool:
    """Make all changes or none; whether they were made.

    Always a transaction: its token keeps a retry of the SDK from finding its own success in the
    way. One that met another transaction is tried again.
    """
    changes = [_action(table, change) for change in effect.changes]
    for attempt in range(_CONFLICT_ATTEMPTS):
        try:
            dynamodb().transact_write_items(TransactItems=changes)
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
        self.values[alias] = encoded(value)
        return alias


def _key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _item(attributes: Mapping[str, Any]) -> Item:
    return {name: decoded(value) for name, value in attributes.items()}


def encoded(value: Any) -> dict[str, Any]:
    """A value of JSON types as DynamoDB has it, such as `{"N": "1"}`; TypeError for any other."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": repr(value)}
        case str():
            return {"S": value}
        case Mapping():
            return {"M": {name: encoded(each) for name, each in value.items()}}
        case list() | tuple():
            return {"L": [encoded(each) for each in value]}
    raise TypeError(f"the table stores no {type(value).__name__}")


def decoded(attribute: Mapping[str, Any]) -> Any:
    """The value of an attribute, its numbers whole or floating; TypeError for types not of JSON."""
    match attribute:
        case {"NULL": _}:
            return None
        case {"N": digits}:
            number = Decimal(digits)
            return int(number) if number == number.to_integral_value() else float(number)
        case {"M": members}:
            return {name: decoded(each) for name, each in members.items()}
        case {"L": members}:
            return [decoded(each) for each in members]
        case {"S": value} | {"BOOL": value}:
            return value
    raise TypeError(f"the table has no attributes of type {', '.join(attribute)}")
