"""The function that a mapping feeds has to be there, under the same version or alias."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from snapback.model.effects import Answer
from tests.fakes.answers import DENIED, GONE, ok
from tests.unit.proof_account import FUNCTION, account, function, mapping, refused, validated


@pytest.mark.parametrize("arn", [f"{FUNCTION}:live", f"{FUNCTION}:7"])
def test_an_alias_or_version_that_is_gone_is_refused(arn: str) -> None:
    [problem] = refused(account(mapping(FunctionArn=arn), GetFunction=orders_or(GONE)))
    assert f"feeds {arn}, which does not exist; make that version or alias again" in problem


def orders_or(otherwise: Answer) -> Callable[[Mapping[str, Any]], Answer]:
    """What is answered of `orders`, and otherwise of every version and alias."""
    orders = ok(Configuration=function(), Tags={"snapback:allowed": "true"})
    return lambda params: orders if params["FunctionName"] == "orders" else otherwise


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (DENIED, "cannot be read (AccessDeniedException: no)"),
        (ok(Configuration=function(State="Pending")), "is Pending"),
        (ok(Configuration=function(LastUpdateStatus="InProgress")), "is being updated"),
    ],
)
def test_an_alias_that_is_not_at_rest_or_cannot_be_read_is_refused(
    answer: Answer, said: str
) -> None:
    arn = f"{FUNCTION}:live"
    [problem] = refused(account(mapping(FunctionArn=arn), GetFunction=orders_or(answer)))
    assert f"feeds {arn}, which {said}" in problem


def test_an_alias_that_is_at_rest_is_proved() -> None:
    answers = account(
        mapping(FunctionArn=f"{FUNCTION}:live"),
        GetFunction=orders_or(ok(Configuration=function())),
    )
    assert validated(answers)["targets"]
