"""The fake interpreter goes the way that moto's goes, with the same handlers."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, NamedTuple
from unittest import mock

import pytest

from infra.definitions import module_of
from snapback.model.timings import Timings
from tests.fakes import clock
from tests.fakes.asl.execution import Execution, definition
from tests.fakes.lambdas import Context, Handler, Lambdas
from tests.fakes.scheduler import Scheduler
from tests.workflow import deployment
from tests.workflow.account import Account
from tests.workflow.actions import on_moto

SOURCES = ("stream", "queue", "paused")
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


def in_the_fake(sources: Sequence[str], sequence: str) -> Way:
    uuids = deployment.renewed()
    timings, scheduler = Timings.of(deployment.TIMINGS), Scheduler()
    lambdas = Lambdas(scheduler, timings)
    execution = Execution(
        scheduler=scheduler,
        lambdas=lambdas,
        definition=definition("experiment", timings),
        arn="arn:aws:states:eu-west-1:123456789012:execution:experiment:fake",
        given={**ASKED, "event_uuids": [uuids[each] for each in sources], "sequence": sequence},
        entering=lambda _execution, _state: None,
    )
    with clock.virtual(scheduler):
        assert scheduler.run(lambda: execution.status != "RUNNING", 3600)
    error = execution.error.name if execution.error else None
    return way(lambdas.invoked, execution.status, error)


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


@on_moto
@pytest.mark.parametrize(
    ("sources", "sequence", "fails"),
    [
        (("stream",), "parallel", ""),
        (SOURCES, "parallel", ""),
        (SOURCES, "rolling", ""),
        (SOURCES, "parallel", "snapshot_targets"),
        (SOURCES, "rolling", "inject_fault"),
        (SOURCES, "parallel", "restore_targets"),
    ],
)
def test_both_interpreters_go_the_same_way(
    account: Account, sources: tuple[str, ...], sequence: str, fails: str
) -> None:
    with failing(fails):
        there = in_moto(account, sources, sequence)
    account.replaced.clear()
    with failing(fails):
        here = in_the_fake(sources, sequence)
    assert here == there
