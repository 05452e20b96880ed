"""The cells of the matrix: one call of one scenario, struck by one fault, run and judged."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from tests.crash_matrix.faults import FAULTS
from tests.crash_matrix.judgement import late, problems, recovery_seconds
from tests.crash_matrix.scenarios import SCENARIOS, begun
from tests.crash_matrix.wire import Seen, Strike


@dataclass(frozen=True)
class Cell:
    """A fault at the call of this number; `module`, `service` and `operation` say which it is."""

    scenario: str
    index: int
    fault: str
    module: str
    service: str
    operation: str

    @property
    def name(self) -> str:
        """How to ask for it, such as `3-rolling/41/killed-after`."""
        return f"{self.scenario}/{self.index}/{self.fault.replace(' ', '-')}"

    @property
    def kind(self) -> tuple[str, str, str]:
        """The handler, its call and the fault, whichever the scenario."""
        return self.module, self.operation, self.fault


@dataclass(frozen=True)
class Verdict:
    """How a run went: what is not as it was, and how long it took to put everything back."""

    name: str
    problems: tuple[str, ...]
    seconds: float


@cache
def calls(scenario: str) -> tuple[Seen, ...]:
    """Every call of the undisturbed scenario, in order."""
    with begun(SCENARIOS[scenario]) as made:
        made.run()
        found = problems(made)
        [status] = [each.status for each in made.executions.all.values() if each.is_experiment]
        if status != SCENARIOS[scenario].ends:
            found.append(f"it ended {status}")
        told = [call.operation for call in made.wire.seen if call.module == "report"]
        if told and "Publish" not in told:
            found.append("nobody was told of its report")
        assert not found, f"{scenario} does not hold without a fault: {found}"
        return tuple(made.wire.seen)


def cells(scenarios: Iterable[str] = SCENARIOS) -> Iterator[Cell]:
    """Every cell of these scenarios."""
    for scenario in scenarios:
        for index, call in enumerate(calls(scenario)):
            for fault in FAULTS:
                yield Cell(scenario, index, fault, call.module, call.service, call.operation)


def sample(every: Iterable[Cell], count: int, seed: int) -> list[Cell]:
    """So many cells: one of each scenario, then one of each kind before any has two."""
    drawn = list(every)
    Random(seed).shuffle(drawn)  # noqa: S311  # a draw, no secret
    seen = Counter[tuple[str, ...]]()
    turns = []
    for order, cell in enumerate(drawn):
        seen.update([cell.kind, (cell.scenario,)])
        turn = seen[cell.kind] if seen[cell.scenario,] > 1 else 0
        turns.append((turn, order, cell))
    return [cell for _, _, cell in sorted(turns, key=lambda each: each[:2])[:count]]


def find(name: str) -> Cell:
    """The cell of this name; KeyError if there is none."""
    scenario = name.split("/", maxsplit=1)[0]
    return {each.name: each for each in cells([scenario])}[name]


def run(cell: Cell) -> Verdict:
    """Run one cell from its beginning and judge it."""
    with begun(SCENARIOS[cell.scenario], Strike(cell.index, cell.fault)) as made:
        made.run()
        found = [*problems(made), *late(made)]
        if not made.wire.struck_at:
            found.append("the fault never struck")
        return Verdict(cell.name, tuple(found), recovery_seconds(made))
