"""Measures many cases at once, in processes that each have an account of their own."""

import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks import idle, imports, runs
from benchmarks.cases import Case
from benchmarks.results import Results, circumstances
from infra import ROOT
from tests.fakes.cloud import account

PACKAGES = ROOT / "build" / "bench"
"""Where `make` installs what is measured beside Snapback."""

_account = ExitStack()
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": account.REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": str(ROOT / "out" / "no-config"),
    "AWS_SHARED_CREDENTIALS_FILE": str(ROOT / "out" / "no-credentials"),
}


def measured(
    chosen: Sequence[Case], handlers: Iterable[str], *, assembly: Path | None, processes: int
) -> Results:
    """Play the cases, count the imports of some handlers, and look at the idle stack of an assembly."""
    made = circumstances()
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawned, initializer=_deploy) as pool:
        played = {each.name: pool.submit(runs.run, each) for each in chosen if _installed(each)}
        counted = {
            each: pool.submit(imports.instructions, each) for each in imports.asked(handlers)
        }
        rest = pool.submit(idle.measure, assembly) if assembly else None
        _tell([*played.values(), *counted.values()])
        return Results(
            runs={name: each.result() for name, each in played.items()},
            imports={name: each.result() for name, each in counted.items()},
            idle=rest.result() if rest else None,
            made=made,
        )


def _installed(case: Case) -> bool:
    """Whether what a case measures can be loaded."""
    return case.strategy != "Chaos Toolkit" or PACKAGES.is_dir()


@contextmanager
def deployed() -> Iterator[None]:
    """Inside, the account exists, no other can be reached, and cases can be played."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with mock.patch.dict(os.environ, kept | _ENVIRONMENT, clear=True), account.deployed("INFO"):
        yield


def _deploy() -> None:
    sys.path.append(str(PACKAGES))
    _account.enter_context(deployed())


def _tell(work: Iterable[Future[Any]]) -> None:
    """Progress on stderr, where it does not disturb what is told."""
    began, left = time.monotonic(), [*work]
    while left:
        time.sleep(1)
        still = [each for each in left if not each.done()]
        if len(still) != len(left):
            sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {len(still)} left\n")
        left = still
