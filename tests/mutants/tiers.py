"""Which tests may kill a mutant, and the order in which they get their chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Any, Self

from tests.mutants.every import SHIPPED, Mutant
from tests.mutants.reach import Reach, reach

TIERS = {
    "unit": "tests/unit",
    "pages": "tests/infra/pages",
    "simulation": "tests/simulation",
    "crash matrix": "tests/crash_matrix",
    "workflow": "tests/workflow",
}
"""Cheapest first; a mutant that one of them kills is not shown to the next."""

FIRST_SECONDS = 30
"""How long the first tests of a tier take; the rest comes after all mutants have met these."""

START_SECONDS = 20
TIMES_UNMUTATED = 4
"""A run's time is over after its start and so many times what its tests take without a mutant."""

type Lines = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Traced:
    """One test, alone and without a mutant: its seconds, and the lines that it runs."""

    name: str
    seconds: float
    lines: Lines
    starts_processes: bool


@dataclass(frozen=True, slots=True)
class TracedFile:
    """The tests of one file, the lines that all of them depend on, and the code that is not shipped."""

    path: str
    shared: Lines
    tests: tuple[Traced, ...]
    code: tuple[str, ...]

    @classmethod
    def of(cls, path: str, traced: dict[str, Any]) -> Self:
        """What the tracer wrote."""
        tests = tuple(Traced(**each) for each in traced["tests"])
        python = (each for each in traced["opened"] if each.endswith(".py"))
        code = tuple(each for each in python if not each.startswith(f"{SHIPPED}/"))
        return cls(path, traced["shared"], tests, code)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Tests of one tier that are run together, and how many seconds they may take."""

    tier: str
    names: tuple[str, ...]
    limit: float


def files_to_trace(root: Path) -> list[str]:
    """Every file of every tier, relative to the project."""
    return [
        path.relative_to(root).as_posix()
        for folder in TIERS.values()
        for path in sorted((root / folder).rglob("test_*.py"))
    ]


def chosen(
    root: Path, mutant: Mutant, files: Sequence[TracedFile]
) -> tuple[tuple[Chosen, ...], tuple[Chosen, ...]]:
    """Of each tier the tests that the mutant reaches: the first ones, and the rest."""
    first, rest = [], []
    far = reach(root, mutant)
    at_import = mutant.place.binds is not None
    reached = [(each, _reached(root, far, each, at_import=at_import)) for each in files]
    for tier, folder in TIERS.items():
        of_tier = [(each, tests) for each, tests in reached if each.path.startswith(f"{folder}/")]
        tests = _in_turns(mutant, of_tier)
        seconds = accumulate(each.seconds for each in tests)
        count = max(1, sum(each <= FIRST_SECONDS for each in seconds))
        first.append(_together(tier, tests[:count]))
        rest.append(_together(tier, tests[count:]))
    return tuple(each for each in first if each.names), tuple(each for each in rest if each.names)


def _reached(root: Path, far: Reach, file: TracedFile, *, at_import: bool) -> list[Traced]:
    """The tests that run the mutant or use its names; a process is started to import, no more."""
    if far.is_run(file.shared) or far.is_used(root, file.code):
        return [*file.tests]
    return [
        each
        for each in file.tests
        if far.is_run(each.lines) or (at_import and each.starts_processes)
    ]


def _in_turns(mutant: Mutant, files: Sequence[tuple[TracedFile, list[Traced]]]) -> list[Traced]:
    """Those named like the module, then the cheapest of every file, then the next of every file."""
    found = []
    for file, tests in files:
        named = PurePosixPath(file.path).stem == f"test_{PurePosixPath(mutant.path).stem}"
        cheapest = sorted(tests, key=lambda each: each.seconds)
        found += [
            (0 if named else turn, each.seconds, each.name, each)
            for turn, each in enumerate(cheapest, start=1)
        ]
    return [each for *_, each in sorted(found, key=lambda turn: turn[:3])]


def _together(tier: str, tests: Sequence[Traced]) -> Chosen:
    seconds = sum(each.seconds for each in tests)
    limit = START_SECONDS + TIMES_UNMUTATED * seconds
    return Chosen(tier, tuple(each.name for each in tests), limit)
