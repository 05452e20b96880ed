"""The tag is asked for whenever something is broken, and never when it is put back."""

from typing import Any

from tests.fakes.lambdas import Context, Handler
from tests.workflow.account import Account
from tests.workflow.actions import ALL, opt_out


def opting_out(handler: Handler, event: dict[str, Any], context: Context) -> Any:
    """The function opts out right before a handler runs."""
    opt_out()
    return handler(event, context)


def test_a_function_that_opts_out_before_the_window_is_not_touched(account: Account) -> None:
    found = account.mappings()
    account.replaced["inject_fault"] = opting_out
    result = account.run("experiment", ALL)
    assert (result["status"], result["error"]) == ("FAILED", "WindowClosed")
    assert "function orders has opted out" in result["cause"]
    assert account.mappings() == found
    assert account.open() == []


def test_a_function_that_opts_out_in_the_window_is_put_back(account: Account) -> None:
    found = account.state()
    account.replaced["observe"] = opting_out
    assert account.run("experiment", ALL)["status"] == "SUCCEEDED"
    assert account.state() == found
    assert account.open() == []


def test_a_function_that_opts_out_between_cycles_is_put_back_and_not_broken_again(
    account: Account,
) -> None:
    found = account.state()
    account.replaced["restore_targets"] = opting_out
    result = account.run("experiment", ALL | {"cycles": 2, "chaos_interval": 0})
    assert (result["status"], result["error"]) == ("FAILED", "WindowClosed")
    assert account.state() == found
    assert {each["cycle"] for each in account.items("target#")} == {0}
    assert account.open() == []
