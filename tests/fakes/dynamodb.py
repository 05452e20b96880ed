"""DynamoDB as the product uses it, over the wire: conditional writes, transactions with tokens, reads.

It knows the expressions that `aws.table` builds, and fails on any other.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from aws.table import _number
from snapback.model.effects import Change, Key, Load, Write
from tests.fakes import table
from tests.fakes.capacity import PAGE_BYTES, TRANSACTION, Units, item_bytes, units_of
from tests.fakes.table import Item
from tests.fakes.wire import Response, ok, refusal

_CONDITION = re.compile(r"attribute_not_exists\((#\w+)\)|(#\w+) IN \(([^)]*)\)")
_ALONE = {"UpdateItem": "Update", "DeleteItem": "Delete"}
_encode = TypeSerializer().serialize
_decode = TypeDeserializer().deserialize


@dataclass
class Items:
    """The items of the table, the tokens of the transactions that were made, and the units used."""

    all: dict[Key, Item] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    units: Units = field(default_factory=Units)
    _known: dict[Key, "_OnTheWire"] = field(default_factory=dict)

    def answer(self, operation: str, asked: Mapping[str, Any]) -> Response:
        """Answer one request, with its effect."""
        self.units.requests[operation] += 1
        if operation == "GetItem":
            return self._get(asked)
        if operation == "Query":
            return self._query(asked)
        if operation in _ALONE:
            return self._written_alone(_change(_ALONE[operation], asked))
        assert operation == "TransactWriteItems", operation
        return self._transact(asked)

    def stored(self, kind: str) -> list[dict[str, Any]]:
        """The items whose sort key begins so, as plain values: `meta`, `target#`, `lock`."""
        return [_number(dict(item)) for key, item in self.all.items() if key.sk.startswith(kind)]

    def _get(self, asked: Mapping[str, Any]) -> Response:
        key = _key(asked["Key"])
        found = [self._on_the_wire(key)] if key in self.all else []
        self._read(found, asked)
        return _told(f'"Item": {each.text}' for each in found)

    def _query(self, asked: Mapping[str, Any]) -> Response:
        found = [self._on_the_wire(key) for key in self._asked(asked)]
        sizes = accumulate(each.size for each in found)
        page = [each for each, so_far in zip(found, sizes, strict=True) if so_far <= PAGE_BYTES]
        self._read(page, asked)
        parts = [f'"Items": [{", ".join(each.text for each in page)}]']
        if len(page) < len(found):
            parts.append(f'"LastEvaluatedKey": {json.dumps(_encoded(page[-1].key._asdict()))}')
        return _told(parts)

    def _asked(self, asked: Mapping[str, Any]) -> list[Key]:
        """The keys that a query finds, in their order, after the one that it starts at."""
        values = {name: _decode(each) for name, each in asked["ExpressionAttributeValues"].items()}
        if asked.get("IndexName") == "open":
            indexed = [key for key, each in self.all.items() if _indexed(each)]
            return [key for key in indexed if self.all[key]["open"] == values[":pk"]]
        keys = {key: key for key in self.all}
        found = table.load(keys, Load(values[":pk"], values.get(":prefix", "")))
        start = asked.get("ExclusiveStartKey")
        return [key for key in found if key > _key(start)] if start else found

    def _read(self, found: list["_OnTheWire"], asked: Mapping[str, Any]) -> None:
        consistent = asked.get("ConsistentRead", False)
        self.units.reads((each.size for each in found), consistent=consistent)

    def _written_alone(self, change: Change) -> Response:
        """One that is refused is told the item as it is."""
        size, was = self._size(change.key), self.all.get(change.key)
        after = table.write(self.all, Write((change,)))
        self.all = self.all if after is None else after
        self.units.writes(size, self._size(change.key))
        if after is None:
            found = self.all.get(change.key)
            shown = {"Item": _encoded(found)} if found else {}
            return refusal("dynamodb", 400, "ConditionalCheckFailedException", "refused", **shown)
        self._write_index(change.key, was)
        return _told(())

    def _transact(self, asked: Mapping[str, Any]) -> Response:
        """All or nothing; one that was made before is answered alike, and not made again."""
        if asked["ClientRequestToken"] in self.tokens:
            return _told(())
        changes = tuple(
            _change(*action) for each in asked["TransactItems"] for action in each.items()
        )
        before = {change.key: self._size(change.key) for change in changes}
        were = [self.all.get(change.key) for change in changes]
        after = table.write(self.all, Write(changes))
        self.all = self.all if after is None else after
        for key, size in before.items():
            self.units.writes(size, self._size(key), times=TRANSACTION)
        if after is None:
            held = [table.holds(self.all, change) for change in changes]
            reasons = [{"Code": "None" if each else "ConditionalCheckFailed"} for each in held]
            code = "TransactionCanceledException"
            return refusal("dynamodb", 400, code, CancellationReasons=reasons)
        for change, was in zip(changes, were, strict=True):
            self._write_index(change.key, was)
        self.tokens.add(asked["ClientRequestToken"])
        return _told(())

    def _write_index(self, key: Key, was: Item | None) -> None:
        """The index holds whole items; one whose deadline moves is deleted there and made again."""
        now = self.all.get(key)
        if was is now:
            return
        places = {each["deadline"] for each in (was, now) if each and _indexed(each)}
        self.units.index_write += len(places) * units_of(self._size(key))

    def _size(self, key: Key) -> int:
        return self._on_the_wire(key).size if key in self.all else 0

    def _on_the_wire(self, key: Key) -> "_OnTheWire":
        item, known = self.all[key], self._known.get(key)
        if known is None or known.item is not item:
            encoded = _encoded(item)
            known = _OnTheWire(key, item, json.dumps(encoded), item_bytes(encoded))
            self._known[key] = known
        return known


@dataclass(frozen=True)
class _OnTheWire:
    """An item as it is sent, and its size in bytes: made once for each item."""

    key: Key
    item: Item
    text: str
    size: int


def _indexed(item: Item) -> bool:
    return {"open", "deadline"} <= item.keys()


def _told(members: Iterable[str]) -> Response:
    status, headers, _ = ok({})
    return status, headers, f"{{{', '.join(members)}}}"


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
