"""The crash matrix's interpreter goes the way that moto's goes, with the same handlers."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, NamedTuple
from unittest import mock

import pytest

from infra.definitions import module_of
from tests.crash_matrix import account as matrix_account
from tests.crash_matrix.scenarios import asked_of
from tests.crash_matrix.world import world
from tests.workflow.account import Account, Context, Handler

ASKED = {"function_name": "orders", "total_chaos_duration": 1}

type Invoked = Sequence[tuple[str, int | None]]


class Way(NamedTuple):
    """How a run went: its handlers in order, those of each batch, its status and its error."""

    order: list[str]
    batches: dict[int, list[str]]
    status: str
    error: str | None


def way(invoked: Invoked, status: str, error: str | None) -> Way:
    """Leaves out how often a handler is asked again: the fakes settle at their own pace."""
    order = [module for module, _ in groupby(module for module, _ in invoked)]
    numbers = sorted({batch for _, batch in invoked if batch is not None})
    batches = {each: [module for module, batch in invoked if batch == each] for each in numbers}
    return Way(order, batches, status, error)


def in_moto(account: Account, sources: Sequence[str], sequence: str) -> Way:
    invoked: list[tuple[str, int | None]] = []

    def noted(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        invoked.append((module_of(context.function_name), event.get("batch")))
        return handler(event, context)

    account.replaced.update(dict.fromkeys(MODULES, noted))
    uuids = [account.uuids[each] for each in sources]
    result = account.run("experiment", {**ASKED, "event_uuids": uuids, "sequence": sequence})
    return way(invoked, result["status"], result.get("error"))


def in_the_matrix(sources: tuple[str, ...], sequence: str) -> Way:
    with matrix_account.deployed(), world(sources) as made:
        execution = made.start(asked_of(made, sequence=sequence, total_chaos_duration=1))
        made.run()
        invoked = [each for each in made.lambdas.invoked if each[0] != "sweep"]
        error = execution.error.name if execution.error else None
        return way(invoked, execution.status, error)


MODULES = (
    "validate_experiment", "snapshot_targets", "release_targets", "inject_fault", "observe",
    "restore_targets", "watch_recovery", "verify_targets", "report",
)  # fmt: skip


@contextmanager
def failing(module: str) -> Iterator[None]:
    """Inside, the first run of a handler does its work and then raises."""
    if not module:
        yield
        return
    owner = importlib.import_module(module)
    handler, left = owner.handler, [True]

    def fails(event: dict[str, Any], context: Any) -> Any:
        answer = handler(event, context)
        if left and event.get("batch", 0) == 0:
            left.clear()
            raise ZeroDivisionError
        return answer

    with mock.patch.object(owner, "handler", fails):
        yield


@pytest.mark.parametrize(
    ("sources", "sequence", "fails"),
    [
        (("stream",), "parallel", ""),
        (matrix_account.SOURCES, "parallel", ""),
        (matrix_account.SOURCES, "rolling", ""),
        (matrix_account.SOURCES, "parallel", "snapshot_targets"),
        (matrix_account.SOURCES, "rolling", "inject_fault"),
        (matrix_account.SOURCES, "parallel", "restore_targets"),
    ],
)
def test_both_interpreters_go_the_same_way(
    account: Account, sources: tuple[str, ...], sequence: str, fails: str
) -> None:
    with failing(fails):
        there = in_moto(account, sources, sequence)
    account.replaced.clear()
    with failing(fails):
        here = in_the_matrix(sources, sequence)
    assert here == there
