"""The runs that are disturbed: together their handlers make every kind of call there is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from snapback.faults.mappings.mapping import lock_of
from snapback.model.records import lock_key
from tests.fakes.asl.execution import Execution
from tests.fakes.cloud.account import ALARM
from tests.fakes.cloud.executions import Entering
from tests.fakes.cloud.metered import metered
from tests.fakes.cloud.wire import Strike
from tests.fakes.cloud.world import World, world

SOURCES = ("stream", "queue", "paused")
"""In the order in which they become targets: an experiment on one target takes the stream."""
HOLD_SECONDS = 10
STOPPED_AFTER_SECONDS = 3
SOMEONE_ELSE = "someone-else"
SEQUENCES = ("parallel", "serial", "rolling")


type Entry = tuple[str, int]
"""A state, and how often it was entered before."""


@dataclass(frozen=True)
class Scenario:
    """An experiment on so many targets; perhaps stopped in its window, or refused a lock."""

    name: str
    targets: int
    asked: dict[str, Any] = field(default_factory=dict)
    stopped: bool = False
    locked: bool = False

    @property
    def ends(self) -> str:
        """The status in which its execution ends if nothing goes wrong."""
        return "ABORTED" if self.stopped else "FAILED" if self.locked else "SUCCEEDED"


def _scenarios() -> Iterator[Scenario]:
    for targets in (1, 3):
        for sequence in SEQUENCES:
            asked = {"sequence": sequence}
            yield Scenario(f"{targets}-{sequence}", targets, asked)
            yield Scenario(f"{targets}-{sequence}-stopped", targets, asked, stopped=True)
    disabling = {"fault": "disable-mappings", "stop_alarms": [ALARM]}
    yield Scenario("3-disabled", 3, disabling)
    yield Scenario("3-disabled-stopped", 3, disabling, stopped=True)
    yield Scenario("3-two-cycles", 3, {"cycles": 2, "chaos_interval": 1})
    yield Scenario("3-refused", 3, locked=True)


SCENARIOS = {each.name: each for each in _scenarios()}

METERED = {f"{targets}-metered": Scenario(f"{targets}-metered", targets) for targets in (12, 200)}
"""Of more targets than there are kinds of sources, with the limits and the slowness of AWS."""

EVERY = SCENARIOS | METERED


def asked_of(made: World, **more: Any) -> dict[str, Any]:
    """The input of an experiment on every mapping of a world."""
    base = {"function_name": "orders", "event_uuids": made.uuids}
    return {**base, "total_chaos_duration": HOLD_SECONDS, **more}


@contextmanager
def begun(scenario: Scenario, strike: Strike | None = None) -> Iterator[World]:
    """A world in which the scenario's experiment has just been started."""
    with _world(scenario, strike) as made:
        if scenario.stopped:
            stop = partial(_stop_later, made)
            made.executions.entering = at_entry(("Hold", 0), stop)
        if scenario.locked:
            lock = lock_key(lock_of(made.mappings.live()[-1].key))
            made.items.all[lock] = {**lock._asdict(), "owner": SOMEONE_ELSE}
        made.start(asked_of(made, **scenario.asked))
        yield made


def _world(scenario: Scenario, strike: Strike | None) -> AbstractContextManager[World]:
    if scenario.name in METERED:
        return metered(scenario.targets, strike=strike)
    return world(SOURCES[: scenario.targets], strike)


def _stop_later(made: World, execution: Execution) -> None:
    made.later(STOPPED_AFTER_SECONDS, execution.stop)


def at_entry(wanted: Entry, act: Callable[[Execution], object]) -> Entering:
    """Act once, when the experiment enters a state for the nth time."""

    def entering(execution: Execution, state: str) -> None:
        first = execution.is_experiment and not execution.redriven
        if first and (state, execution.entered[:-1].count(state)) == wanted:
            act(execution)

    return entering
