"""DynamoDB as the product uses it: conditional transactions with tokens, and consistent reads.

It knows the expressions that `aws.table` builds, and fails on any other.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from aws import table
from tests.crash_matrix.faults import Response

type Item = dict[str, Any]
type Key = tuple[str, str]

_ABSENT = re.compile(r"attribute_not_exists\((#\w+)\)")
_ONE_OF = re.compile(r"(#\w+) IN \(([^)]*)\)")
_CANCELED = "TransactionCanceledException"


@dataclass
class Items:
    """The table: items by partition and sort key, as DynamoDB writes them."""

    all: dict[Key, Item] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def answer(self, operation: str, asked: Mapping[str, Any]) -> Response:
        """Answer one request, with its effect."""
        if operation == "GetItem":
            found = self.all.get(_key(asked["Key"]))
            return _ok({"Item": found} if found else {})
        if operation == "Query":
            return _ok({"Items": list(self._query(asked))})
        assert operation == "TransactWriteItems", operation
        return self._transact(asked)

    def stored(self, kind: str) -> list[dict[str, Any]]:
        """The items whose sort key begins so, as plain values: `meta`, `target#`, `lock`."""
        return [table._item(item) for (_, sk), item in self.all.items() if sk.startswith(kind)]

    def lock(self, key: str, owner: str) -> None:
        """Let someone else hold the lock of a target."""
        pk = f"lock#{key}"
        self.all[pk, "lock"] = {"pk": {"S": pk}, "sk": {"S": "lock"}, "owner": {"S": owner}}

    def _query(self, asked: Mapping[str, Any]) -> Iterator[Item]:
        values = asked["ExpressionAttributeValues"]
        if asked.get("IndexName") == "open":
            indexed = [each for each in self.all.values() if {"open", "deadline"} <= each.keys()]
            yield from [each for each in indexed if each["open"] == values[":yes"]]
            return
        pk, prefix = values[":pk"]["S"], values.get(":prefix", {"S": ""})["S"]
        for key in sorted(key for key in self.all if key[0] == pk and key[1].startswith(prefix)):
            yield self.all[key]

    def _transact(self, asked: Mapping[str, Any]) -> Response:
        """All or nothing; one that was made before is answered alike, and not made again."""
        if asked["ClientRequestToken"] in self.tokens:
            return _ok({})
        actions = [next(iter(each.items())) for each in asked["TransactItems"]]
        held = [self._holds(action) for _, action in actions]
        if not all(held):
            reasons = [{"Code": "None" if each else "ConditionalCheckFailed"} for each in held]
            body = {"__type": _CANCELED, "message": "canceled", "CancellationReasons": reasons}
            return 400, {"x-amzn-errortype": _CANCELED}, json.dumps(body)
        for kind, action in actions:
            self._make(kind, action)
        self.tokens.add(asked["ClientRequestToken"])
        return _ok({})

    def _holds(self, action: Mapping[str, Any]) -> bool:
        item = self.all.get(_key(action["Key"]), {})
        alternatives = action.get("ConditionExpression", "").split(" OR ")
        return any(
            all(_true(each, item, action) for each in alternative.split(" AND "))
            for alternative in alternatives
        )

    def _make(self, kind: str, action: Mapping[str, Any]) -> None:
        key = _key(action["Key"])
        if kind == "Delete":
            self.all.pop(key, None)
        elif kind == "Update":
            item = self.all.setdefault(key, {"pk": {"S": key[0]}, "sk": {"S": key[1]}})
            _update(item, action)
        else:
            assert kind == "ConditionCheck", kind


def _update(item: Item, action: Mapping[str, Any]) -> None:
    names, values = action["ExpressionAttributeNames"], action.get("ExpressionAttributeValues", {})
    sets, _, removes = action["UpdateExpression"].partition("REMOVE ")
    for assignment in filter(None, sets.removeprefix("SET ").strip().split(", ")):
        name, _, value = assignment.partition(" = ")
        item[names[name]] = values[value]
    for name in filter(None, removes.split(", ")):
        item.pop(names[name], None)


def _true(condition: str, item: Item, action: Mapping[str, Any]) -> bool:
    if not condition:
        return True
    names = action["ExpressionAttributeNames"]
    if absent := _ABSENT.fullmatch(condition):
        return names[absent[1]] not in item
    one_of = _ONE_OF.fullmatch(condition)
    assert one_of, condition
    allowed = [action["ExpressionAttributeValues"][each] for each in one_of[2].split(", ")]
    return _number(item.get(names[one_of[1]])) in map(_number, allowed)


def _number(value: Item | None) -> Any:
    return {"N": Decimal(value["N"])} if value and "N" in value else value


def _key(key: Mapping[str, Any]) -> Key:
    return key["pk"]["S"], key["sk"]["S"]


def _ok(body: dict[str, Any]) -> Response:
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body)
