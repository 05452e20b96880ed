"""Runs many cells, in processes that each have an account of their own."""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from tests.crash_matrix.runs import Run, Verdict
from tests.fakes.cloud import account

TOLD_EVERY_SECONDS = 10

_account = ExitStack()


def run_all(chosen: list[Run], processes: int) -> list[tuple[Run, Verdict]]:
    """Run them in so many processes, with their progress on stderr; the order is kept."""
    results = []
    spawned = multiprocessing.get_context("spawn")
    began = told = time.monotonic()
    with ProcessPoolExecutor(processes, spawned, initializer=_deploy) as pool:
        for each, verdict in zip(chosen, pool.map(_played, chosen, chunksize=20), strict=True):
            results.append((each, verdict))
            if time.monotonic() - told > TOLD_EVERY_SECONDS or len(results) == len(chosen):
                told = time.monotonic()
                failed = sum(bool(verdict.problems) for _, verdict in results)
                print(  # noqa: T201  # a command line
                    f"{told - began:5.0f} s  {len(results)}/{len(chosen)} runs, {failed} failed",
                    file=sys.stderr,
                )
    return results


def _played(run: Run) -> Verdict:
    """How it went; what breaks the run itself is one of its problems."""
    try:
        return run.play()
    except Exception as error:  # noqa: BLE001  # the other runs go on
        return Verdict(run.name, (f"{type(error).__name__}: {error}",), 0)


def _deploy() -> None:
    _account.enter_context(account.deployed())
