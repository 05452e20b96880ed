"""What fails outside the window leaves nothing behind, and never hides that it failed."""

import json
from typing import Any

import pytest

from snapback.model.errors import TargetsChanged, TargetsNotRestored
from tests.fakes.lambdas import Context, Handler
from tests.workflow.account import Account
from tests.workflow.actions import ALL, everywhere, moments

SURPRISE = ZeroDivisionError("surprise")
surprises = pytest.mark.parametrize("error", [SURPRISE, None], ids=["error", "time-out"])


def run(account: Account, module: str, error: Exception | None, *, before: bool) -> dict[str, Any]:
    """One experiment in which a handler fails once."""
    account.fail_once(module, error, before=before)
    return account.run("experiment", ALL)


def name_of(error: Exception | None) -> str:
    return type(error).__name__ if error else "States.Timeout"


@moments
@pytest.mark.parametrize(
    "error", [TargetsChanged("changed"), SURPRISE, None], ids=["ours", "error", "time-out"]
)
def test_a_failed_snapshot_releases_its_locks_and_touches_nothing(
    account: Account, error: Exception | None, *, before: bool
) -> None:
    found = account.state()
    result = run(account, "snapshot_targets", error, before=before)
    assert (result["status"], result["error"]) == ("FAILED", name_of(error))
    assert account.state() == found
    assert {m["UUID"] for m in account.mappings()} == set(account.uuids.values())
    assert account.open() == []


@moments
@pytest.mark.parametrize(
    "error", [TargetsNotRestored("busy"), SURPRISE, None], ids=["ours", "error", "time-out"]
)
def test_a_restore_that_fails_once_is_retried(
    account: Account, error: Exception | None, *, before: bool
) -> None:
    found = account.state()
    result = run(account, "restore_targets", error, before=before)
    assert result["status"] == "SUCCEEDED", result.get("cause")
    assert account.state() == found
    assert account.open() == []


@moments
@surprises
def test_a_failed_watch_costs_only_the_observation(
    account: Account, error: Exception | None, *, before: bool
) -> None:
    found = account.state()
    result = run(account, "watch_recovery", error, before=before)
    assert json.loads(result["output"])["status"] == "held"
    assert account.state() == found
    assert account.open() == []


@moments
@surprises
def test_an_experiment_that_was_not_verified_fails_though_it_is_restored(
    account: Account, error: Exception | None, *, before: bool
) -> None:
    found = account.state()
    result = run(account, "verify_targets", error, before=before)
    assert result["status"] == ("FAILED" if before else "SUCCEEDED")
    assert not before or result["error"] == "TargetsDiffer"
    assert not before or "could not be verified" in result["cause"]
    assert account.state() == found
    assert account.open() == []


@moments
@surprises
def test_a_report_that_fails_is_made_again(
    account: Account, error: Exception | None, *, before: bool
) -> None:
    found = account.state()
    assert run(account, "report", error, before=before)["status"] == "SUCCEEDED"
    assert account.state() == found
    assert account.open() == []


def test_a_report_that_cannot_be_made_fails_the_execution_and_the_rescue_closes_the_experiment(
    account: Account,
) -> None:
    found = account.state()
    account.fail_always("report", ZeroDivisionError("surprise"))
    result = account.run("experiment", ALL)
    assert (result["status"], result["error"]) == ("FAILED", "ZeroDivisionError")
    assert account.state() == found
    del account.replaced["report"]
    asked = {"experiment_id": result["name"], "execution_arn": result["executionArn"]}
    assert account.run("restore", asked)["status"] == "SUCCEEDED"
    assert account.state() == found
    assert account.open() == []


@everywhere
def test_the_sweeper_puts_back_what_the_experiment_could_not(account: Account) -> None:
    found = account.state()
    account.fail_always("restore_targets", ZeroDivisionError("surprise"))
    result = account.run("experiment", ALL)
    assert (result["status"], result["error"]) == ("FAILED", "TargetsNotRestored")
    assert all(uuid in result["cause"] for uuid in account.uuids.values())
    assert "aws lambda create-event-source-mapping" in result["cause"]
    assert account.mappings() == []
    del account.replaced["restore_targets"]
    assert account.invoke("Sweep", {}) == {"open": 1, "rescued": 1, "unrestored": 3}
    [meta] = account.items("meta")
    assert account.result(meta["restore_execution_arn"])["status"] == "SUCCEEDED"
    assert account.state() == found
    assert account.open() == []
    assert account.invoke("Sweep", {}) == {"open": 0, "rescued": 0, "unrestored": 0}


def test_one_target_that_cannot_be_restored_does_not_keep_the_others_away(account: Account) -> None:
    def fail_one(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        if event["batch"] == 1:
            raise ZeroDivisionError("surprise")
        return handler(event, context)

    account.replaced["restore_targets"] = fail_one
    result = account.run("experiment", ALL)
    assert (result["status"], result["error"]) == ("FAILED", "TargetsNotRestored")
    assert len(account.mappings()) == 2
    assert len(account.items("lock")) == 3
