"""Each invocation is told how many of its experiment work side by side, and keeps to its share."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from snapback.model import records
from tests.crash_matrix.judgement import problems
from tests.crash_matrix.scenarios import asked_of, at_entry
from tests.fakes.asl.execution import Execution
from tests.fakes.cloud.metered import metered
from tests.fakes.cloud.world import World
from tests.fakes.lambdas import Context, Handler
from tests.fakes.traffic import is_control

TARGETS = 7
"""Of one each, so many batches: more than are injected side by side."""

type Told = list[tuple[str, int]]
"""Which handler was invoked, and how many it was told to be side by side."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world in which a batch has one target."""
    monkeypatch.setattr(records, "BATCH_TARGETS", 1)
    with metered(TARGETS) as world:
        yield world


def told(made: World) -> Told:
    """What the batches of injections and restores are told from now on."""
    found: Told = []

    def note(module: str, handler: Handler, event: dict[str, Any], context: Context) -> Any:
        found.append((module, event["at_once"]))
        return handler(event, context)

    for module in ("inject_fault", "restore_targets"):
        made.lambdas.replaced[module] = partial(note, module)
    return found


def ran(made: World, **asked: Any) -> Execution:
    execution = made.start(asked_of(made, **asked))
    made.run()
    assert problems(made) == []
    return execution


def fail(_handler: Handler, _event: dict[str, Any], _context: Context) -> Any:
    raise ZeroDivisionError("surprise")


def all_told(inject: int, restore: int) -> Told:
    injected = [("inject_fault", inject)] * TARGETS
    return [*injected, *[("restore_targets", restore)] * TARGETS]


@pytest.mark.parametrize(
    ("sequence", "inject", "restore"), [("parallel", 5, 7), ("serial", 1, 7), ("rolling", 1, 1)]
)
def test_as_many_as_work_at_once_share_the_pace(
    made: World, sequence: str, inject: int, restore: int
) -> None:
    found = told(made)
    assert ran(made, sequence=sequence).status == "SUCCEEDED"
    assert sorted(found) == all_told(inject, restore)


def test_after_a_failure_all_batches_are_restored_side_by_side(made: World) -> None:
    made.lambdas.replaced["observe"] = fail
    found = told(made)
    assert ran(made, sequence="rolling").status == "FAILED"
    assert found == [("inject_fault", 1), *[("restore_targets", TARGETS)] * TARGETS]


def test_a_restore_from_outside_shares_the_pace_among_all_batches(made: World) -> None:
    found = told(made)
    execution = made.start(asked_of(made))
    made.executions.entering = at_entry(("Hold", 0), lambda _: execution.stop())
    made.run()
    assert (problems(made), execution.status) == ([], "ABORTED")
    assert sorted(found) == all_told(5, TARGETS)


def test_no_more_share_the_pace_than_a_map_runs_at_once() -> None:
    """Of a rolling experiment every target is a batch, and hardly one has anything to send."""
    with metered(records.MOST_BATCHES + 1) as many:
        many.lambdas.replaced["observe"] = fail
        found = told(many)
        assert ran(many, sequence="rolling").status == "FAILED"
        assert dict(found)["restore_targets"] == records.MOST_BATCHES


PER_SECOND = 10
SHORTEST = 0.999
"""Of an interval; jitter only makes it longer."""


def gaps(made: World, module: str) -> list[float]:
    """The seconds between two requests of the one invocation of a handler to the control plane."""
    sent = [
        each.at
        for each in made.wire.seen
        if each.module == module and is_control(each.service, each.operation)
    ]
    return [later - one for one, later in pairwise(sent)]


@pytest.mark.parametrize(
    ("at_once", "modules"),
    [
        (40, ("inject_fault", "restore_targets")),
        (1, ("inject_fault", "restore_targets")),
        (None, ("restore_targets",)),
    ],
)
def test_an_invocation_keeps_to_its_share_of_the_pace(
    monkeypatch: pytest.MonkeyPatch, at_once: int | None, modules: tuple[str, ...]
) -> None:
    """A restore is told no number by an execution that began before the stack was updated."""
    monkeypatch.setattr(records, "AT_ONCE", 1)

    def tell(handler: Handler, event: dict[str, Any], context: Context) -> Any:
        del event["at_once"]
        return handler(event | ({"at_once": at_once} if at_once else {}), context)

    with metered(TARGETS) as made:
        share = (at_once or 1) / PER_SECOND
        for module in modules:
            made.lambdas.replaced[module] = tell
        assert ran(made).status == "SUCCEEDED"
        for module in modules:
            assert SHORTEST * share <= min(gaps(made, module)) < 2 * share
