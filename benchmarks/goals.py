"""What Snapback is to reach, in one table, and which of it the measured figures miss."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.cases import SNAPBACK, WHOLE_LIMIT, Case
from benchmarks.imports import BARE, ratio
from benchmarks.measures import Measured
from benchmarks.results import Results

LARGE = 100
BATCHES_AT_MOST = 15
"""The few batches up to which transitions may grow: one would not break its targets in time."""
EXEMPT_IMPORTS = {"validate_experiment": "it loads pydantic, which reads the input"}
"""Handlers that may take more, and why."""


type Figure = Callable[[Results], float | None]
"""What was measured; None if it was not."""


@dataclass(frozen=True)
class Goal:
    """Something that is to be at most so much."""

    what: str
    at_most: float
    figure: Figure
    digits: int = 2


@dataclass(frozen=True)
class Checked:
    """A goal and what was measured of it; None if it was not."""

    what: str
    at_most: float
    figure: float | None
    digits: int

    @property
    def missed(self) -> bool:
        """Whether it was measured, and is more than it may be."""
        return self.figure is not None and self.figure > self.at_most

    def __str__(self) -> str:
        """One plain sentence."""
        if self.figure is None:
            return f"{self.what}: not measured; the goal is at most {self.at_most:g}."
        told = f"{self.what}: {self.figure:.{self.digits}f}"
        if self.missed:
            return f"{told}, which is more than the goal of {self.at_most:g}."
        return f"{told}, within the goal of {self.at_most:g}."


def check(results: Results) -> list[Checked]:
    """Every goal with its figure."""
    goals = [*GOALS, _heaviest_import(results)]
    return [Checked(g.what, g.at_most, g.figure(results), g.digits) for g in goals]


def _own(results: Results, targets: int, circumstances: str = "alone") -> Measured | None:
    return results.of(Case(SNAPBACK, targets, circumstances))


def _each_target(figure: Callable[[Measured], float]) -> Figure:
    def found(results: Results) -> float | None:
        run = _own(results, LARGE)
        return figure(run) / run.targets if run else None

    return found


def _refused(results: Results) -> float | None:
    run = _own(results, LARGE)
    return 100 * run.refused / (run.refused + run.calls) if run else None


def _of(targets: int, figure: Callable[[Measured], float], circumstances: str = "alone") -> Figure:
    def found(results: Results) -> float | None:
        run = _own(results, targets, circumstances)
        return figure(run) if run else None

    return found


def _phase(name: str, targets: int) -> Figure:
    """How much longer a phase takes than its calls would at the whole limit."""

    def found(results: Results) -> float | None:
        run = _own(results, targets, "whole limit")
        phase = run.phases.get(name) if run else None
        return phase.seconds / (phase.calls / WHOLE_LIMIT) if phase else None

    return found


def _gone_wrong(results: Results) -> float | None:
    """Mappings that no run of Snapback put back as they were."""
    own = [each for each in results.runs.values() if each.strategy == SNAPBACK]
    return sum(each.lost + each.changed for each in own) if own else None


def _heaviest_import(results: Results) -> Goal:
    """About the handler that takes most, by its name."""
    counted = {n: each for n, each in results.imports.items() if n not in (BARE, *EXEMPT_IMPORTS)}
    if not counted:
        return Goal("importing the heaviest handler ÷ import boto3", 1.3, lambda _: None)
    module = max(counted, key=lambda each: counted[each])
    figure = ratio(counted[module], results.imports[BARE])
    return Goal(f"importing {module}, the heaviest handler, ÷ import boto3", 1.3, lambda _: figure)


GOALS = (
    Goal("mappings that Snapback lost or changed, in all its runs", 0, _gone_wrong, 0),
    Goal(
        f"control-plane calls a mapping from snapshot to verification, N = {LARGE}",
        3.3,
        _each_target(lambda run: run.between),
    ),
    Goal(
        f"write units of the table a target, N = {LARGE}",
        20,
        _each_target(lambda run: run.write_units),
        1,
    ),
    Goal(
        f"read units of the table a target, N = {LARGE}",
        10,
        _each_target(lambda run: run.read_units),
        1,
    ),
    Goal(f"requests to the control plane refused, %, alone, N = {LARGE}", 2, _refused, 1),
    Goal(
        "state transitions, a window of 10 s on one target that takes 60 s to settle",
        30,
        _of(1, lambda run: run.transitions, "slow"),
        0,
    ),
    Goal(
        f"state transitions of batches and retries, N = {LARGE}",
        2 * BATCHES_AT_MOST,
        _of(LARGE, lambda run: run.batch_transitions),
        0,
    ),
    Goal(
        "state transitions of batches and retries, N = 1000",
        2 * BATCHES_AT_MOST,
        _of(1000, lambda run: run.batch_transitions),
        0,
    ),
    *(
        Goal(
            f"seconds to {name} ÷ what its calls take at {WHOLE_LIMIT} a second, N = {targets}",
            1.15,
            _phase(name, targets),
        )
        for targets in (LARGE, 200, 1000)
        for name in ("inject", "restore")
    ),
    Goal(
        "restore tasks that end before the first mapping is made again, N = 1",
        0,
        _of(1, lambda run: run.restores_before_create),
        0,
    ),
)
