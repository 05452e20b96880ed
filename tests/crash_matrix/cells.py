"""The cells of the matrix: one call of one scenario, struck by one fault."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from random import Random

from tests.crash_matrix.judgement import problems
from tests.crash_matrix.runs import Run
from tests.crash_matrix.scenarios import EVERY, SCENARIOS, begun
from tests.fakes.cloud.faults import FAULTS
from tests.fakes.cloud.wire import Seen, Strike


@cache
def calls(scenario: str) -> tuple[Seen, ...]:
    """Every call of the undisturbed scenario, in order."""
    with begun(EVERY[scenario]) as made:
        made.run()
        found = problems(made)
        [status] = [each.status for each in made.executions.all.values() if each.is_experiment]
        if status != EVERY[scenario].ends:
            found.append(f"it ended {status}")
        told = [call.operation for call in made.wire.seen if call.module == "report"]
        if told and "Publish" not in told:
            found.append("nobody was told of its report")
        assert not found, f"{scenario} does not hold without a fault: {found}"
        return tuple(made.wire.seen)


def cells(scenarios: Iterable[str] = SCENARIOS) -> Iterator[Run]:
    """Every cell of these scenarios, by names such as `3-rolling/41/killed-after`."""
    for scenario in scenarios:
        for index, call in enumerate(calls(scenario)):
            row = (call.module, f"{call.service} {call.operation}")
            for fault in FAULTS:
                name = f"{scenario}/{index}/{fault.replace(' ', '-')}"
                yield Run(scenario, name, row, fault, Strike(index, fault))


def sample(every: Iterable[Run], count: int, seed: int) -> list[Run]:
    """So many cells: one of each scenario, then one of each call and fault before any has two."""
    drawn = list(every)
    Random(seed).shuffle(drawn)  # noqa: S311  # a draw, no secret
    seen = Counter[object]()
    turns = []
    for order, cell in enumerate(drawn):
        kind = (cell.row, cell.column)
        seen.update([kind, cell.scenario])
        turns.append((seen[kind] if seen[cell.scenario] > 1 else 0, order))
    return [drawn[order] for _, order in sorted(turns)[:count]]
