"""Whatever fails in the window, every mapping is afterwards what it was, exactly once."""

import time
from typing import Any

import pytest

from snapback.model.errors import InjectionFailed, InjectionUnknown, WindowClosed
from tests.fakes.lambdas import Context, Handler
from tests.workflow.account import Account
from tests.workflow.actions import ALL, moments

ASLEEP_SECONDS = 60

FAILURES = [
    ("inject_fault", InjectionFailed("AWS refused"), "InjectionFailed", "virtual"),
    ("inject_fault", InjectionUnknown("no answer"), "InjectionUnknown", "virtual"),
    ("inject_fault", ZeroDivisionError("surprise"), "ZeroDivisionError", "virtual"),
    ("inject_fault", None, "States.Timeout", "virtual"),
    ("inject_fault", None, "States.Timeout", "moto"),
    ("observe", WindowClosed("fenced"), "WindowClosed", "virtual"),
    ("observe", ZeroDivisionError("surprise"), "ZeroDivisionError", "virtual"),
    ("observe", None, "States.Timeout", "virtual"),
]


@moments
@pytest.mark.parametrize(
    ("module", "error", "name", "account"),
    FAILURES,
    ids=[f"{module}-{name}-{account}" for module, _, name, account in FAILURES],
    indirect=["account"],
)
def test_mappings_are_put_back_and_the_execution_fails_with_the_original_error(
    account: Account, module: str, error: Exception | None, name: str, *, before: bool
) -> None:
    found = account.state()
    account.fail_once(module, error, before=before)
    result = account.run("experiment", ALL)
    assert (result["status"], result["error"]) == ("FAILED", name)
    assert account.state() == found
    assert account.open() == []


@pytest.mark.parametrize("sequence", ["serial", "rolling"])
def test_targets_whose_turn_never_came_are_not_touched(account: Account, sequence: str) -> None:
    found = account.state()
    account.fail_once("inject_fault", ZeroDivisionError("surprise"), before=False)
    result = account.run("experiment", ALL | {"sequence": sequence})
    assert (result["status"], result["error"]) == ("FAILED", "ZeroDivisionError")
    assert account.state() == found
    assert len({m["UUID"] for m in account.mappings()} & set(account.uuids.values())) == 2
    assert sorted(t["status"] for t in account.items("target#")) == [
        "restored",
        "skipped",
        "skipped",
    ]
    assert account.open() == []


def test_an_injector_that_wakes_after_the_restore_changes_nothing(account: Account) -> None:
    found = account.state()
    woken = []

    def sleep(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        time.sleep(ASLEEP_SECONDS)
        try:
            return handler(event, context)
        except WindowClosed as error:
            woken.append(error)
            raise

    account.replaced["inject_fault"] = sleep
    account.hurry("inject_fault")
    result = account.run("experiment", ALL)
    assert (result["status"], result["error"]) == ("FAILED", "States.Timeout")
    account.idle()
    assert len(woken) == 3
    assert account.state() == found
    assert {m["UUID"] for m in account.mappings()} == set(account.uuids.values())
    assert account.open() == []
