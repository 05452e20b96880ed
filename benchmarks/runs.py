"""Plays one case in virtual time and measures it."""

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import measures
from benchmarks.cases import (
    CIRCUMSTANCES,
    SNAPBACK,
    STOPPED_AFTER_SECONDS,
    Case,
    Circumstances,
)
from benchmarks.measures import Measured
from tests.crash_matrix.scenarios import asked_of
from tests.fakes.asl.execution import Execution
from tests.fakes.cloud.metered import metered
from tests.fakes.cloud.world import World
from tests.fakes.lambdas import Killed, Process
from tests.fakes.quota import Window
from tests.fakes.scheduler import STARTS_AT

type Play = Callable[[Sequence[str], int], None]
"""A script: it takes the mappings with these UUIDs away for so many seconds."""

LIMIT_SECONDS = 6 * 3600
SETTLING_SECONDS = 120
"""Until every mapping is at rest, after the last one who is at work has ended."""

_MODULES = {"boto3 loop": "naive", "frugal script": "frugal", "Chaos Toolkit": "chaostoolkit"}


def run(case: Case) -> Measured:
    """Play a case from its beginning, and measure it."""
    given = CIRCUMSTANCES[case.circumstances]
    window = Window(others_per_second=given.others_per_second)
    with metered(
        case.targets,
        control_plane=window,
        transitions=given.transitions,
        settings=given.settings,
    ) as made:
        played = _experiment if case.strategy == SNAPBACK else _script
        found = played(made, case, given)
        made.scheduler.run(lambda: False, SETTLING_SECONDS)
        return Measured(
            strategy=case.strategy,
            targets=case.targets,
            circumstances=case.circumstances,
            **measures.traffic(made),
            **found,
        )


def _experiment(made: World, _: Case, given: Circumstances) -> dict[str, Any]:
    entered: list[tuple[float, str]] = []

    def entering(execution: Execution, state: str) -> None:
        if execution.is_experiment:
            entered.append((made.scheduler.now, state))

    made.executions.entering = entering
    execution = made.start(asked_of(made, total_chaos_duration=given.hold_seconds))
    if given.stopped:
        _later(made, execution.stop)
    made.run(LIMIT_SECONDS)
    error = f": {execution.error.name}" if execution.error else ""
    return {
        "ended": f"{execution.status}{error}",
        "seconds": round(made.over_at - STARTS_AT, 1),
        **measures.workings(made, entered),
    }


def _script(made: World, case: Case, given: Circumstances) -> dict[str, Any]:
    module = importlib.import_module(f"benchmarks.strategies.{_MODULES[case.strategy]}")
    play: Play = module.play
    scheduler = made.scheduler
    process = Process(
        scheduler=scheduler,
        module=case.strategy,
        aws_request_id="a script",
        ends_at=scheduler.now + LIMIT_SECONDS,
        function_name="a script",
    )
    task = scheduler.spawn(lambda: play(made.uuids, given.hold_seconds), process)
    process.task = task
    if given.stopped:
        _later(made, lambda: scheduler.interrupt(task, Killed("it was killed")))
    scheduler.run(lambda: task.over, LIMIT_SECONDS)
    return {
        "ended": type(task.error).__name__ if task.error else "SUCCEEDED",
        "seconds": round(scheduler.now - STARTS_AT, 1),
    }


def _later(made: World, act: Callable[[], object]) -> None:
    """Act some time after the last mapping was deleted."""

    def wait() -> None:
        while len(made.mappings.deleted) < len(made.uuids):
            made.scheduler.pause(1)
        made.scheduler.pause(STOPPED_AFTER_SECONDS)
        act()

    made.scheduler.spawn(wait)
