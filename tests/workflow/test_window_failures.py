"""Whatever fails in the window, every mapping is afterwards what it was, exactly once."""

from threading import Event
from typing import Any

import pytest

from snapback.model.errors import InjectionFailed, InjectionUnknown, WindowClosed
from tests.workflow.account import LONGEST_RUN_SECONDS, Account, Context, Handler
from tests.workflow.actions import ALL, moments
from tests.workflow.deployment import deploy_machine

FAILURES = [
    ("inject_fault", InjectionFailed("AWS refused"), "InjectionFailed"),
    ("inject_fault", InjectionUnknown("no answer"), "InjectionUnknown"),
    ("inject_fault", ZeroDivisionError("surprise"), "ZeroDivisionError"),
    ("inject_fault", None, "States.Timeout"),
    ("observe", WindowClosed("fenced"), "WindowClosed"),
    ("observe", ZeroDivisionError("surprise"), "ZeroDivisionError"),
    ("observe", None, "States.Timeout"),
]


@moments
@pytest.mark.parametrize(
    ("module", "error", "name"), FAILURES, ids=[f"{module}-{name}" for module, _, name in FAILURES]
)
def test_mappings_are_put_back_and_the_execution_fails_with_the_original_error(
    account: Account, module: str, error: Exception | None, name: str, *, before: bool
) -> None:
    found = account.state()
    machine = deploy_machine(
        account, "experiment", **({} if error else {f"{module}_task_seconds": 1})
    )
    account.fail_once(module, error, before=before)
    result = account.run(machine, ALL)
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
    restored, woken = Event(), []

    def sleep(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        restored.wait(LONGEST_RUN_SECONDS)
        try:
            return handler(event, context)
        except WindowClosed as error:
            woken.append(error)
            raise

    account.replaced["inject_fault"] = sleep
    result = account.run(deploy_machine(account, "experiment", inject_fault_task_seconds=1), ALL)
    assert (result["status"], result["error"]) == ("FAILED", "States.Timeout")
    restored.set()
    account.until(lambda: account.running == 0, "every injector has ended")
    assert len(woken) == 3
    assert account.state() == found
    assert {m["UUID"] for m in account.mappings()} == set(account.uuids.values())
    assert account.open() == []
