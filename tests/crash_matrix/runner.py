"""Runs many cells, in processes that each have an account of their own."""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from tests.crash_matrix import account, cells
from tests.crash_matrix.cells import Cell, Verdict
from tests.crash_matrix.page import Result
from tests.crash_matrix.specials import Special

TOLD_EVERY_SECONDS = 10

_account = ExitStack()


def run_all(chosen: list[Cell | Special], processes: int) -> list[Result]:
    """Run them in so many processes, with their progress on stderr; the order is kept."""
    results: list[Result] = []
    spawned = multiprocessing.get_context("spawn")
    began = told = time.monotonic()
    with ProcessPoolExecutor(processes, spawned, initializer=_deploy) as pool:
        for each, verdict in zip(chosen, pool.map(run_one, chosen, chunksize=20), strict=True):
            results.append((each, verdict))
            if time.monotonic() - told > TOLD_EVERY_SECONDS or len(results) == len(chosen):
                told = time.monotonic()
                failed = sum(bool(verdict.problems) for _, verdict in results)
                print(  # noqa: T201  # a command line
                    f"{told - began:5.0f} s  {len(results)}/{len(chosen)} runs, {failed} failed",
                    file=sys.stderr,
                )
    return results


def run_one(asked: Cell | Special) -> Verdict:
    """Run one; what breaks the run itself is one of its problems."""
    try:
        return cells.run(asked) if isinstance(asked, Cell) else asked.run()
    except Exception as error:  # noqa: BLE001  # the other runs go on
        return Verdict(asked.name, (f"{type(error).__name__}: {error}",), 0)


def _deploy() -> None:
    _account.enter_context(account.deployed())
