"""A request of a restore that nobody answered cannot land in the window of another experiment."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectionClosedError
from moto.core.botocore_stubber import BotocoreStubber

from tests.workflow.account import Account
from tests.workflow.actions import ALL

LONG_AGO = 1_000


@pytest.fixture
def unheard_create(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """The connection is cut once, when a mapping was made and before anyone is told."""
    process = BotocoreStubber.process_request
    cut: list[str] = []

    def cutting(stubber: Any, request: Any) -> Any:
        answer = process(stubber, request)
        if not cut and request.method == "POST" and "/event-source-mappings" in request.url:
            cut.append(request.url)
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    monkeypatch.setattr(BotocoreStubber, "process_request", cutting)


def later(account: Account) -> None:
    """Let the time pass that the lock says."""
    [lock] = account.items("lock")
    boto3.resource("dynamodb").Table("experiments").update_item(
        Key={"pk": lock["pk"], "sk": lock["sk"]},
        UpdateExpression="SET quiet_at = :past",
        ExpressionAttributeValues={":past": lock["quiet_at"] - LONG_AGO},
    )


@pytest.mark.usefixtures("unheard_create")
def test_a_target_whose_restore_went_unheard_waits_before_its_next_experiment(
    account: Account,
) -> None:
    """It is back at once; only the next window on it must wait, and says until when."""
    found = account.state()
    first = account.run("experiment", ALL)
    assert first["status"] == "SUCCEEDED", first.get("cause")
    assert account.state() == found
    refused = account.run("experiment", ALL)
    assert (refused["status"], refused["error"]) == ("FAILED", "TargetsLocked")
    assert f"is back after experiment {first['name']}" in refused["cause"]
    assert "start again after" in refused["cause"]
    later(account)
    assert account.run("experiment", ALL)["status"] == "SUCCEEDED"
    assert account.state() == found
    assert account.open() == []


@pytest.mark.usefixtures("unheard_create")
def test_no_later_round_starts_while_a_request_may_still_land(account: Account) -> None:
    """The experiment ends, says why, and everything is back."""
    found = account.state()
    result = account.run("experiment", ALL | {"cycles": 2, "chaos_interval": 0})
    assert (result["status"], result["error"]) == ("FAILED", "TargetsNotRestored")
    assert "was never acknowledged and may still land until" in result["cause"]
    assert account.state() == found
