"""Each test here runs handlers under their roles; these show that the roles bite."""

import json

import pytest

from infra.permissions import HANDLERS
from tests.fakes import roles
from tests.workflow.account import Account
from tests.workflow.actions import ALL, everywhere


@everywhere
def test_a_handler_cannot_call_what_its_role_does_not_allow(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = account.state()
    allowed = roles.granted

    def without(module: str) -> set[str]:
        return allowed(module) - {"lambda:DeleteEventSourceMapping"}

    monkeypatch.setattr(roles, "granted", without)
    result = account.run("experiment", ALL | {"event_uuids": [account.uuids["queue"]]})
    assert (result["status"], result["error"]) == ("FAILED", "InjectionFailed")
    assert "AccessDenied" in json.dumps(result["cause"])
    assert account.state() == found
    assert account.platform.refused == {"inject_fault needs lambda:DeleteEventSourceMapping"}
    account.platform.refused.clear()


@pytest.mark.parametrize("module", sorted(HANDLERS))
def test_no_role_holds_a_wildcard(module: str) -> None:
    assert [action for action in roles.granted(module) if "*" in action] == []
