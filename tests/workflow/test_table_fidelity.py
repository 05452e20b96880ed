"""The fake DynamoDB answers the product's own requests as moto's DynamoDB does."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from aws import table
from snapback.model.effects import Change, Fetch, Key, Load, Write
from tests.fakes.dynamodb import Items
from tests.workflow import deployment

META, TARGET, LOCK = (
    Key("experiment#a", "meta"), Key("experiment#a", "target#b"), Key("lock#b", "lock"),
)  # fmt: skip
ABSENT: tuple[dict[str, Any], ...] = ({"pk": (None,)},)

WRITES = [
    Write(
        (
            Change(
                META,
                ABSENT,
                {"experiment_id": "a", "open": "yes", "status": "running", "deadline": 1.5},
            ),
        )
    ),
    Write((Change(META, ABSENT, {"status": "preparing"}),)),
    Write((Change(TARGET, set={"status": "captured", "cycle": 0, "history": [{"a": None}]}),)),
    Write((Change(TARGET, ({"status": ("reserved", "captured"), "cycle": (0.0,)},), {"n": True}),)),
    Write((Change(META, ({"status": ("running",)},)),)),
    Write((Change(META, ({"status": ("running",)},)), Change(LOCK, ABSENT, {"owner": "a"}))),
    Write((Change(META, ({"status": ("closed",)},)), Change(TARGET, set={"status": "x"}))),
    Write((Change(LOCK, (*ABSENT, {"owner": ("a",)}), {"quiet_at": 12.25}),)),
    Write((Change(LOCK, ({"owner": ("b",)},), delete=True),)),
    Write((Change(LOCK, ({"owner": ("a",), "quiet_at": (12.25,)},), delete=True),)),
    Write((Change(LOCK, ({"owner": ("a",)},), delete=True),)),
    Write((Change(LOCK, ({"owner": ("a",)},), {"quiet_at": 1}),)),
    Write(tuple(Change(each, ABSENT, delete=True) for each in (META, LOCK))),
    Write(tuple(Change(each, delete=True) for each in (TARGET, LOCK))),
    Write((Change(META, set={"status": "closed"}, remove=("open",)),)),
]
READS: list[Fetch | Load] = [
    Fetch(META),
    Fetch(LOCK),
    Load("experiment#a"),
    Load("experiment#a", "target#"),
]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, Any]]]:
    """Each request's answers, by moto and by the fake."""
    found: list[tuple[Any, Any]] = []
    answer, fake = BotocoreStubber.process_request, Items()

    def both(stubber: BotocoreStubber, request: Any) -> Any:
        answered: Any = answer(stubber, request)
        target = request.headers["X-Amz-Target"].decode()
        operation = target.rsplit(".", 1)[1]
        if operation in ("GetItem", "Query", "UpdateItem", "DeleteItem", "TransactWriteItems"):
            mine = fake.answer(operation, json.loads(request.body))
            found.append((_plain(answered), _plain(mine)))
        return answered

    with mock_aws():
        table._dynamodb.cache_clear()
        deployment._table()
        monkeypatch.setattr(BotocoreStubber, "process_request", both)
        yield found
    table._dynamodb.cache_clear()


def test_it_answers_what_moto_answers(told: list[tuple[Any, Any]]) -> None:
    for each in WRITES:
        table.write("experiments", each)
        for read in READS:
            if isinstance(read, Fetch):
                table.fetch("experiments", read)
            else:
                table.load("experiments", read)
        table.load("experiments", Load("yes", index="open"))
    assert len(told) == len(WRITES) * (len(READS) + 2)
    for theirs, mine in told:
        assert mine == theirs


def _plain(answered: Any) -> Any:
    """The status, the items, and why a write was refused."""
    body = json.loads(answered[2])
    reasons = [each["Code"] for each in body.get("CancellationReasons", [])]
    code = body.get("__type", "").rpartition("#")[2]
    return answered[0], body.get("Item"), body.get("Items"), code, reasons
