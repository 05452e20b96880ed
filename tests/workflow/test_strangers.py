"""What someone else does to a target in the window survives, and is reported."""

import json
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from snapback.model.effects import Step
from snapback.model.records import Target
from snapback.protocol import prepare
from snapback.run import window
from tests.fakes.cloud.mappings import Transitions
from tests.fakes.lambdas import Context, Handler
from tests.fakes.workload import map_source
from tests.workflow.account import Account
from tests.workflow.actions import ALL


def while_detached(account: Account, deed: Callable[[], Any]) -> dict[str, Any]:
    """Run an experiment on the queue's mapping, and do something in its window."""

    def observe(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        seen = handler(event, context)
        if seen["over"]:
            deed()
        return seen

    account.replaced["observe"] = observe
    asked = {"event_uuids": [account.uuids["queue"]], "total_chaos_duration": 10}
    return account.run("experiment", ALL | asked)


def of_queue(account: Account) -> list[dict[str, Any]]:
    return [each for each in account.mappings() if each["EventSourceArn"].endswith(":queue")]


def delete(uuid: str) -> None:
    """Delete a mapping, and wait until it is gone."""
    boto3.client("lambda").delete_event_source_mapping(UUID=uuid)
    time.sleep(max(Transitions().deleting))


@pytest.mark.parametrize(
    "changes",
    [
        {"BatchSize": 6},
        {"Enabled": False},
        {"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
        {"Tags": {"team": "someone"}},
    ],
    ids=json.dumps,
)
def test_a_mapping_that_someone_made_otherwise_is_left_and_reported(
    account: Account, changes: dict[str, Any]
) -> None:
    made: list[str] = []
    result = while_detached(account, lambda: made.append(map_source("queue", **changes)))
    assert (result["status"], result["error"]) == ("FAILED", "TargetsDiffer")
    assert "someone made mapping" in result["cause"]
    assert "aws lambda create-event-source-mapping --region eu-west-1" in result["cause"]
    assert '"BatchSize": 5' in result["cause"]
    assert [each["UUID"] for each in of_queue(account)] == made
    assert [each["status"] for each in account.items("target#")] == ["conflict"]
    assert account.open() == []


def test_a_mapping_that_someone_made_as_it_was_is_adopted(account: Account) -> None:
    found, made = account.state(), list[str]()
    result = while_detached(account, lambda: made.append(map_source("queue")))
    assert result["status"] == "SUCCEEDED", result.get("cause")
    assert account.state() == found
    assert [each["UUID"] for each in of_queue(account)] == made
    assert account.open() == []


def test_a_mapping_deleted_before_the_fault_is_not_resurrected(account: Account) -> None:
    def delete_first(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        for mapping in of_queue(account):
            delete(mapping["UUID"])
        return handler(event, context)

    account.replaced["inject_fault"] = delete_first
    result = account.run("experiment", ALL | {"event_uuids": [account.uuids["queue"]]})
    assert (result["status"], result["error"]) == ("FAILED", "InjectionFailed")
    assert "was deleted by someone else before the fault" in result["cause"]
    assert of_queue(account) == []
    assert [each["status"] for each in account.items("target#")] == ["conflict"]
    assert account.open() == []


def test_a_mapping_deleted_between_validation_and_its_lock_is_refused(account: Account) -> None:
    def delete_first(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        delete(account.uuids["queue"])
        return handler(event, context)

    account.replaced["snapshot_targets"] = delete_first
    before = account.state()
    result = account.run("experiment", ALL)
    assert (result["status"], result["error"]) == ("FAILED", "TargetsChanged")
    assert account.uuids["queue"] in result["cause"]
    assert account.state() == [e for e in before if not e["EventSourceArn"].endswith(":queue")]
    assert account.open() == []


def test_a_mapping_changed_in_one_cycle_is_captured_anew_in_the_next(account: Account) -> None:
    def change(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        restored = handler(event, context)
        if event["round"] == 0:
            [mapping] = of_queue(account)
            boto3.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], BatchSize=9)
        return restored

    account.replaced["restore_targets"] = change
    asked = {"event_uuids": [account.uuids["queue"]], "cycles": 2, "chaos_interval": 0}
    result = account.run("experiment", ALL | asked)
    [mapping] = of_queue(account)
    assert mapping["BatchSize"] == 9
    assert (result["status"], result["error"]) == ("FAILED", "TargetsDiffer")
    assert '"BatchSize": {"before": 5, "after": 9}' in result["cause"].replace('\\"', '"')
    assert account.open() == []


@pytest.mark.parametrize("fault", ["delete-mappings", "disable-mappings"])
def test_what_someone_changes_during_the_ramp_is_kept(
    account: Account, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setenv("TIMINGS", json.dumps({"fresh_seconds": 0}))
    uuid = account.uuids["queue"]
    asked = {"event_uuids": [uuid], "ramp_time": 20, "fault": fault}
    execution = account.start("experiment", ALL | asked)
    account.until(lambda: [t["status"] for t in account.items("target#")] == ["captured"], "locked")
    boto3.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False, BatchSize=1)
    result = account.result(execution)
    assert result["status"] == "SUCCEEDED", result.get("cause")
    [mapping] = of_queue(account)
    assert (mapping["BatchSize"], mapping["State"]) == (1, "Disabled")
    assert account.open() == []


def test_what_a_failed_later_cycle_left_alone_is_verified_all_the_same(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture_all = prepare.capture_all

    def fail(targets: list[Target], *others: Any) -> Step[list[Target]]:
        if targets:
            raise ZeroDivisionError
        return (yield from capture_all(targets, *others))

    monkeypatch.setattr(window, "capture_all", fail)
    asked = {"event_uuids": [account.uuids["queue"]], "cycles": 2, "chaos_interval": 0}
    result = account.run("experiment", ALL | asked)
    assert (result["status"], result["error"]) == ("FAILED", "ZeroDivisionError")
    [target] = account.items("target#")
    assert (target["status"], target["cycle"]) == ("skipped", 1)
    assert target["verification"]["equal"]
