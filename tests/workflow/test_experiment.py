"""One experiment from input to report."""

import json
from typing import Any

import pytest

from tests.workflow.conftest import Account

ALL = {"function_name": "orders", "event_uuids": "all", "total_chaos_duration": 1}


def settings(mappings: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What must be the same afterwards, in one order."""
    return sorted((m["EventSourceArn"], m["BatchSize"], m["State"]) for m in mappings)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"sequence": "serial"},
        {"sequence": "rolling"},
        {"cycles": 2, "chaos_interval": 0},
        {"sequence": "rolling", "cycles": 2, "chaos_interval": 1},
        {"ramp_time": 1, "resume": "original"},
    ],
    ids=json.dumps,
)
def test_mappings_come_back_equal_under_new_uuids(account: Account, asked: dict[str, Any]) -> None:
    before = account.mappings()
    result = account.run("experiment", ALL | asked)
    assert result["status"] == "SUCCEEDED", result.get("cause")
    output = json.loads(result["output"])
    assert output["status"] == "held"
    assert settings(account.mappings()) == settings(before)
    assert not {m["UUID"] for m in account.mappings()} & set(account.uuids)
    assert [item["status"] for item in account.items("meta")] == ["closed"]
    assert account.items("lock") == []
