"""Runs the crash matrix and writes docs/crash-matrix.md, or plays one cell and tells its story."""

import argparse
import sys
from itertools import chain

from infra import ROOT
from tests.crash_matrix import cells, specials
from tests.crash_matrix.many import many
from tests.crash_matrix.page import page
from tests.crash_matrix.runner import run_all
from tests.crash_matrix.runs import Run
from tests.crash_matrix.scenarios import EVERY, SCENARIOS, begun
from tests.fakes.cloud import account
from tests.fakes.scheduler import STARTS_AT

MANY = 200
PAGE = ROOT / "docs" / "crash-matrix.md"


def main() -> int:
    """Run what is asked for; 1 if any run did not hold."""
    asked = _asked()
    if asked.cell:
        with account.deployed():
            return _tell(asked.cell)
    results = run_all(_chosen(asked.sample, asked.seed), asked.processes)
    failed = [verdict for _, verdict in results if verdict.problems]
    for verdict in failed:
        print(f"{verdict.name}: {'; '.join(verdict.problems)}")  # noqa: T201  # a command line
    if asked.sample is None:
        PAGE.write_text(page(results))
    else:
        print(page(results))  # noqa: T201  # a command line
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash_matrix", description=__doc__)
    parser.add_argument("--sample", type=int, help="only so many cells, and print the page")
    parser.add_argument("--seed", type=int, default=1, help="of what --sample draws (1)")
    parser.add_argument("--cell", help="play one, such as 3-rolling/41/killed-after")
    parser.add_argument("--processes", type=int, default=2, help="how many work at once (2)")
    return parser.parse_args()


def _chosen(sample: int | None, seed: int) -> list[Run]:
    with account.deployed():
        every = list(cells.cells())
        drawn = every if sample is None else cells.sample(every, sample, seed)
        return [*drawn, *specials.specials(), *many(MANY)]


def _tell(name: str) -> int:
    """Play one run, and print every call that was made."""
    scenario = name.split("/", maxsplit=1)[0]
    runs = chain(specials.specials(), many(MANY))
    if scenario in SCENARIOS:
        runs = chain(cells.cells([scenario]))
    run = next(each for each in runs if each.name == name)
    with begun(EVERY[run.scenario], run.strike) as made:
        verdict = run.judged(made)
    for seen in made.wire.seen:
        call = f"{seen.module:22}{seen.service} {seen.operation}"
        print(f"{seen.at - STARTS_AT:9.2f}  {call:60}{seen.answer}")  # noqa: T201  # a command line
    result = "; ".join(verdict.problems) or "held"
    print(f"{verdict.name}: {result}, {verdict.seconds:.0f} s")  # noqa: T201  # a command line
    return 1 if verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
