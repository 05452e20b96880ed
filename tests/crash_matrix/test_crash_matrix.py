"""A seeded part of the crash matrix; `make crash-matrix` runs all of it."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from snapback.rescue import abandonment
from tests.crash_matrix import cells, specials
from tests.crash_matrix.cells import run, sample
from tests.crash_matrix.judgement import problems
from tests.crash_matrix.mutants import MUTANTS
from tests.crash_matrix.scenarios import SCENARIOS, begun
from tests.crash_matrix.wire import Strike
from tests.crash_matrix.world import World
from tests.fakes.asl.execution import Execution

SEED = 20_261_121
CELLS = 120
SPECIALS = 5
"""How many of each group."""


def test_whatever_fails_at_a_call_everything_is_put_back_within_the_bound() -> None:
    drawn = sample(cells.cells(), CELLS, SEED)
    verdicts = [run(cell) for cell in drawn]
    assert [each for each in verdicts if each.problems] == []
    assert {cell.scenario for cell in drawn} == {*SCENARIOS}


def test_stops_redrives_and_meetings_leave_everything_as_it_was() -> None:
    groups = defaultdict(list)
    for each in specials.specials():
        groups[each.group].append(each)
    drawn = [each for group in groups.values() for each in Random(SEED).sample(group, SPECIALS)]  # noqa: S311  # a draw, no secret
    assert [verdict for verdict in (each.run() for each in drawn) if verdict.problems] == []


def test_a_run_goes_the_same_way_each_time() -> None:
    cell = next(each for each in cells.cells(["3-rolling"]) if each.fault == "throttled")
    assert run(cell) == run(cell)


def _impatient() -> list[str]:
    """What becomes of a target that a person gives up again and again while it is put back."""
    with begun(SCENARIOS["1-parallel"]) as made:

        def give_up() -> None:
            asked = {"experiment_id": "run", "name": made.uuids[0], "reason": "it takes so long"}
            made.lambdas.invoke("AbandonTarget", {"input": asked, "execution": "impatient"})

        def entering(_: Execution, state: str) -> None:
            if state == "Restore batches":
                for moment in range(20):
                    made.later(moment / 20, give_up)

        made.executions.entering = entering
        made.run()
        return [*problems(made), *(each["status"] for each in made.items.stored("target#"))]


def test_whoever_gives_up_too_early_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _impatient() == ["restored"]
    monkeypatch.setattr(abandonment, "_refuse_early", lambda *_: None)
    assert _impatient() == ["abandoned"]


def _stopping(made: World, fault: str) -> Callable[[], None]:
    """A sleeping injector is one that StopExecution came too late for."""
    [execution] = made.executions.all.values()
    return partial(made.later, 1, execution.stop) if fault == "paused before" else lambda: None


@pytest.mark.parametrize("name", MUTANTS)
def test_a_rule_that_is_taken_out_is_missed(name: str) -> None:
    mutant = MUTANTS[name]
    scenario = SCENARIOS[mutant.scenario]
    calls = cells.calls(mutant.scenario)
    index = next(i for i, call in enumerate(calls) if call.operation == mutant.operation)
    strike = Strike(index, mutant.fault, pause_seconds=90)
    with begun(scenario, strike) as whole:
        whole.wire.on_strike = _stopping(whole, mutant.fault)
        whole.run()
        assert problems(whole) == []
    with mutant.applied(), begun(scenario, strike) as broken:
        broken.wire.on_strike = _stopping(broken, mutant.fault)
        broken.run()
        assert problems(broken) != []
