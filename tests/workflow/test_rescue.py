"""An experiment that was stopped is put back from outside, and what is not ours is left alone."""

import json
import time
from typing import Any

import pytest

from aws import calls
from snapback.model.effects import Answer, Call
from tests.workflow.account import Account
from tests.workflow.actions import ALL, everywhere, stop_in_window


@everywhere
@pytest.mark.parametrize("sequence", ["parallel", "rolling"])
def test_a_stopped_experiment_is_restored_from_outside(account: Account, sequence: str) -> None:
    found = account.state()
    execution = stop_in_window(account, sequence)
    assert account.state() != found
    asked = {"experiment_id": execution.name, "execution_arn": execution.arn}
    result = account.run("restore", asked)
    assert result["status"] == "SUCCEEDED", result.get("cause")
    assert account.state() == found
    assert account.open() == []


@everywhere
def test_two_restores_at_once_make_each_mapping_once(account: Account) -> None:
    found = account.state()
    asked = {"experiment_id": stop_in_window(account).name}
    restores = [account.start("restore", asked) for _ in range(2)]
    assert {account.result(each)["status"] for each in restores} == {"SUCCEEDED"}
    assert account.state() == found
    assert {each["status"] for each in account.items("meta")} == {"closed"}
    assert all("quiet_at" in lock for lock in account.items("lock"))


@everywhere
def test_the_sweeper_restores_a_stopped_experiment(account: Account) -> None:
    found = account.state()
    stop_in_window(account)
    assert account.invoke("Sweep", {}) == {"open": 1, "rescued": 1, "unrestored": 3}
    [meta] = account.items("meta")
    assert account.result(meta["restore_execution_arn"])["status"] == "SUCCEEDED"
    assert account.state() == found
    assert account.open() == []


def test_the_sweeper_leaves_a_running_experiment_alone(account: Account) -> None:
    execution = account.start("experiment", ALL | {"total_chaos_duration": 60})
    account.until(lambda: account.mappings() == [], "the targets are detached")
    assert account.invoke("Sweep", {}) == {"open": 1, "rescued": 0, "unrestored": 0}
    assert account.result(execution)["status"] == "SUCCEEDED"


def test_regions_that_do_not_answer_do_not_keep_an_ended_experiment_waiting(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_in_window(account)
    [meta] = account.items("meta")
    asked = meta["experiment"] | {"region": "eu-west-3", "stop_alarms": ["old"]}
    for name in ("0-a", "0-b", "0-c", "0-d", "0-e", "0-f"):
        mine = {"pk": f"experiment#{name}", "experiment_id": name, "experiment": asked}
        arn = {"execution_arn": meta["execution_arn"] + name}
        account.put(meta | mine | arn)

    def perform(call: Call, external_id: str | None) -> Answer:
        if call.place is None or call.place.region != "eu-west-3":
            return really(call, external_id)
        assert call.place.in_a_hurry
        time.sleep(1)
        return Answer(code="ConnectTimeoutError", message="no answer", status=0)

    really = calls.perform
    monkeypatch.setattr(calls, "perform", perform)
    account.platform.set_timings(sweep_function_seconds=7)
    assert account.invoke("Sweep", {}) == {"open": 7, "rescued": 1, "unrestored": 3}


def test_a_restore_that_keeps_failing_in_its_own_execution_is_counted(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, refusing = account.state(), True

    def perform(call: Call, external_id: str | None) -> Answer:
        if refusing and call.operation == "CreateEventSourceMapping":
            return Answer(code="AccessDeniedException", message="no", status=403)
        return really(call, external_id)

    def late() -> bool:
        since = [t["restoring_since"] for t in account.items("target#") if "restoring_since" in t]
        return any(float(each) < time.time() - 1 for each in since)

    really = calls.perform
    monkeypatch.setattr(calls, "perform", perform)
    monkeypatch.setenv("TIMINGS", json.dumps({"late_seconds": 1}))
    asked = {"sequence": "rolling"}
    execution = account.start("experiment", ALL | asked)
    account.until(late, "the first round's restore is late")
    assert account.invoke("Sweep", {}) == {"open": 1, "rescued": 0, "unrestored": 1}
    refusing = False
    assert account.result(execution)["status"] == "SUCCEEDED"
    assert account.state() == found


def test_a_restore_of_a_closed_experiment_does_nothing(account: Account) -> None:
    done = account.run("experiment", ALL)
    now = account.mappings()
    result = account.run("restore", {"experiment_id": done["name"]})
    assert result["status"] == "SUCCEEDED"
    assert account.mappings() == now


def test_a_restore_of_an_unknown_experiment_does_nothing(account: Account) -> None:
    before = account.mappings()
    assert account.run("restore", {"experiment_id": "never-ran"})["status"] == "SUCCEEDED"
    assert account.mappings() == before
    assert account.items("") == []


def test_a_restore_for_another_execution_of_the_same_name_does_nothing(account: Account) -> None:
    execution = account.start("experiment", ALL | {"total_chaos_duration": 60})
    account.until(lambda: account.mappings() == [], "the targets are detached")
    asked = {"experiment_id": execution.name, "execution_arn": execution.arn + "-older"}
    assert account.run("restore", asked)["status"] == "SUCCEEDED"
    assert account.mappings() == []
    assert [each["status"] for each in account.items("meta")] == ["running"]
    assert account.result(execution)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("asked", [{}, {"experiment_id": 7}, [], "run-1", {"name": "run-1"}])
def test_a_restore_that_names_no_experiment_is_refused(account: Account, asked: Any) -> None:
    result = account.run("restore", asked)
    assert (result["status"], result["error"]) == ("FAILED", "InvalidExperiment")
    assert "input: " in result["cause"]
