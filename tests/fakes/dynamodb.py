"""DynamoDB as the product uses it, over the wire: transactions with tokens, and consistent reads.

It knows the expressions that `aws.table` builds, and fails on any other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from aws.table import decoded
from snapback.model.effects import Change, Key, Load, Write
from tests.fakes import table
from tests.fakes.table import Item
from tests.fakes.wire import Response, ok, refusal

_CONDITION = re.compile(r"attribute_not_exists\((#\w+)\)|(#\w+) IN \(([^)]*)\)")
_encode = TypeSerializer().serialize
_decode = TypeDeserializer().deserialize


@dataclass
class Items:
    """The items of the table, and the tokens of the transactions that were made."""

    all: dict[Key, Item] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)

    def answer(self, operation: str, asked: Mapping[str, Any]) -> Response:
        """Answer one request, with its effect."""
        if operation == "GetItem":
            found = self.all.get(_key(asked["Key"]))
            return ok({"Item": _encoded(found)} if found else {})
        if operation == "Query":
            return ok({"Items": [_encoded(each) for each in self._query(asked)]})
        assert operation == "TransactWriteItems", operation
        return self._transact(asked)

    def stored(self, kind: str) -> list[dict[str, Any]]:
        """The items whose sort key begins so, as plain values: `meta`, `target#`, `lock`."""
        return [
            {name: decoded(each) for name, each in _encoded(item).items()}
            for key, item in self.all.items()
            if key.sk.startswith(kind)
        ]

    def _query(self, asked: Mapping[str, Any]) -> list[Item]:
        values = {name: _decode(each) for name, each in asked["ExpressionAttributeValues"].items()}
        if asked.get("IndexName") == "open":
            indexed = [each for each in self.all.values() if {"open", "deadline"} <= each.keys()]
            return [each for each in indexed if each["open"] == values[":pk"]]
        return table.load(self.all, Load(values[":pk"], values.get(":prefix", "")))

    def _transact(self, asked: Mapping[str, Any]) -> Response:
        """All or nothing; one that was made before is answered alike, and not made again."""
        if asked["ClientRequestToken"] in self.tokens:
            return ok({})
        changes = tuple(
            _change(*action) for each in asked["TransactItems"] for action in each.items()
        )
        after = table.write(self.all, Write(changes))
        if after is None:
            held = [table.holds(self.all, change) for change in changes]
            reasons = [{"Code": "None" if each else "ConditionalCheckFailed"} for each in held]
            code = "TransactionCanceledException"
            return refusal("dynamodb", 400, code, CancellationReasons=reasons)
        self.all = after
        self.tokens.add(asked["ClientRequestToken"])
        return ok({})


def _change(kind: str, action: Mapping[str, Any]) -> Change:
    assert kind in {"ConditionCheck", "Update", "Delete"}, kind
    names = action.get("ExpressionAttributeNames", {})
    given = action.get("ExpressionAttributeValues", {})
    values = {name: _decode(each) for name, each in given.items()}
    sets, _, removes = action.get("UpdateExpression", "").partition("REMOVE ")
    assigned = re.findall(r"(#\w+) = (:\w+)", sets)
    conditions = action.get("ConditionExpression", "").split(" OR ")
    return Change(
        key=_key(action["Key"]),
        any_of=tuple(_alternative(each, names, values) for each in conditions if each),
        set={names[name]: values[value] for name, value in assigned},
        remove=tuple(names[each] for each in removes.split(", ") if each),
        delete=kind == "Delete",
    )


def _alternative(
    text: str, names: Mapping[str, str], values: Mapping[str, Any]
) -> dict[str, tuple[Any, ...]]:
    found = {}
    for condition in text.split(" AND "):
        known = _CONDITION.fullmatch(condition)
        assert known, condition
        absent, name, allowed = known.groups()
        one_of = tuple(values[each] for each in allowed.split(", ")) if allowed else (None,)
        found[names[absent or name]] = one_of
    return found


def _key(key: Mapping[str, Any]) -> Key:
    return Key(key["pk"]["S"], key["sk"]["S"])


def _encoded(item: Item) -> dict[str, Any]:
    return {name: _encode(value) for name, value in item.items()}
