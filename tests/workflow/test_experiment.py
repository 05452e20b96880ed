"""One experiment from input to report."""

import json
from typing import Any

import pytest

from tests.workflow.account import Account
from tests.workflow.actions import ALL


@pytest.mark.parametrize(
    ("asked", "account"),
    [
        ({}, "virtual"),
        ({}, "moto"),
        ({"sequence": "serial"}, "virtual"),
        ({"sequence": "rolling"}, "virtual"),
        ({"sequence": "rolling"}, "moto"),
        ({"cycles": 2, "chaos_interval": 0}, "virtual"),
        ({"ramp_time": 1, "resume": "original"}, "virtual"),
    ],
    ids=json.dumps,
    indirect=["account"],
)
def test_mappings_come_back_equal_under_new_uuids(account: Account, asked: dict[str, Any]) -> None:
    before = account.state()
    result = account.run("experiment", ALL | asked)
    assert result["status"] == "SUCCEEDED", result.get("cause")
    output = json.loads(result["output"])
    assert output["status"] == "held"
    assert account.state() == before
    assert not {m["UUID"] for m in account.mappings()} & set(account.uuids.values())
    assert [item["status"] for item in account.items("meta")] == ["closed"]
    assert account.items("lock") == []
