"""A dry run answers the plan in sentences and touches nothing."""

import json

import pytest

from tests.workflow.account import Account
from tests.workflow.actions import ALL, everywhere


@everywhere
@pytest.mark.parametrize("sequence", ["parallel", "rolling"])
def test_a_dry_run_tells_the_plan_and_stores_nothing(account: Account, sequence: str) -> None:
    before = account.mappings()
    result = account.run("experiment", ALL | {"dry_run": True, "sequence": sequence})
    assert result["status"] == "SUCCEEDED", result.get("cause")
    output = json.loads(result["output"])
    assert output["status"] == "planned"
    plan = "\n".join(output["plan"])
    for uuid in account.uuids.values():
        assert f"Delete event source mapping {uuid} (" in plan
    assert plan.count("Recreate it with exactly this request: {") == 3
    assert "The new mapping starts to read at " in plan
    assert account.mappings() == before
    assert account.items("") == []


def test_a_dry_run_needs_no_lock(account: Account) -> None:
    running = account.start("experiment", ALL | {"event_uuids": [account.uuids["queue"]]})
    account.until(lambda: account.items("lock"), "the experiment holds its lock")
    asked = {"event_uuids": [account.uuids["stream"]], "dry_run": True}
    assert account.run("experiment", ALL | asked)["status"] == "SUCCEEDED"
    assert account.result(running)["status"] == "SUCCEEDED"
