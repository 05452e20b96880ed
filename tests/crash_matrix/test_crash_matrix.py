"""A seeded part of the crash matrix; `make crash-matrix` runs all of it."""

from collections import defaultdict
from random import Random

import pytest

from aws import table
from snapback.rescue import abandonment
from tests.crash_matrix import cells, specials
from tests.crash_matrix.judgement import problems
from tests.crash_matrix.many import many
from tests.crash_matrix.mutants import MUTANTS, Mutant
from tests.crash_matrix.scenarios import SCENARIOS, begun
from tests.fakes.asl.execution import Execution
from tests.fakes.cloud.wire import Strike

SEED = 20_261_121
CELLS = 120
SPECIALS = 5
"""How many of each group."""


def test_whatever_fails_at_a_call_everything_is_put_back_within_the_bound() -> None:
    drawn = cells.sample(cells.cells(), CELLS, SEED)
    verdicts = [cell.play() for cell in drawn]
    assert [each for each in verdicts if each.problems] == []
    assert {cell.scenario for cell in drawn} == {*SCENARIOS}


def test_stops_redrives_and_meetings_leave_everything_as_it_was() -> None:
    groups = defaultdict(list)
    for each in specials.specials():
        groups[each.row].append(each)
    drawn = [each for group in groups.values() for each in Random(SEED).sample(group, SPECIALS)]  # noqa: S311  # a draw, no secret
    assert [verdict for verdict in (each.play() for each in drawn) if verdict.problems] == []


def test_a_dozen_that_are_killed_throttled_or_stopped_come_back_within_the_bound() -> None:
    verdicts = [each.play() for each in many(12)]
    assert [each for each in verdicts if each.problems] == []
    assert all(each.seconds > 0 for each in verdicts)


def test_a_run_goes_the_same_way_each_time() -> None:
    cell = next(each for each in cells.cells(["3-rolling"]) if each.column == "throttled")
    assert cell.play() == cell.play()


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


def _ends(scenario: str, strike: Strike) -> str:
    with begun(SCENARIOS[scenario], strike) as made:
        [execution] = made.executions.all.values()
        made.run()
        return execution.status


def test_a_write_whose_answer_is_lost_counts_as_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK sends it again, and finds its own success in the way of its condition."""
    scenario = "1-parallel"
    called = enumerate(cells.calls(scenario))
    alone = [i for i, call in called if call.operation in ("UpdateItem", "DeleteItem")]
    ends = {index: _ends(scenario, Strike(index, "cut")) for index in alone}
    assert ends == dict.fromkeys(alone, "SUCCEEDED")
    monkeypatch.setattr(table, "_made_before", lambda *_: False)
    assert any(_ends(scenario, Strike(index, "cut")) == "FAILED" for index in alone)


def disturbed(mutant: Mutant) -> list[str]:
    calls = cells.calls(mutant.scenario)
    index = next(i for i, call in enumerate(calls) if call.operation == mutant.operation)
    strike = Strike(index, mutant.fault, pause_seconds=90)
    with begun(SCENARIOS[mutant.scenario], strike) as made:
        if mutant.fault == "paused before":
            specials.stop_once_asleep(made)
        made.run()
        return problems(made)


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=[*MUTANTS])
def test_a_rule_that_is_taken_out_is_missed(mutant: Mutant) -> None:
    assert disturbed(mutant) == []
    with mutant.applied():
        assert disturbed(mutant) != []
