"""A request of a restore that nobody answered cannot land in the window of another experiment."""

import time
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.fakes.cloud.wire import Wire
from tests.fakes.cloud.world import World
from tests.fakes.mappings import CREATE
from tests.workflow.account import Account
from tests.workflow.actions import ALL


@pytest.fixture
def unheard_create(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """The connection is cut once, when a mapping was made and before anyone is told."""
    effect = Wire._effect
    cut: list[str] = []

    def cutting(wire: Wire, service: str, operation: str, request: Any) -> Any:
        answer = effect(wire, service, operation, request)
        if not cut and operation == CREATE:
            cut.append(request.url)
            raise ConnectionClosedError(endpoint_url=request.url)
        return answer

    monkeypatch.setattr(Wire, "_effect", cutting)


@pytest.mark.usefixtures("unheard_create")
def test_a_target_whose_restore_went_unheard_waits_before_its_next_experiment(
    account: Account, world: World
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
    [lock] = account.items("lock")
    world.let_pass(lock["quiet_at"] - time.time() + 1)
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
