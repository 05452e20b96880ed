"""What befalls an experiment on many mappings in the middle of its work."""

from collections.abc import Iterator
from functools import partial

from tests.crash_matrix.cells import calls
from tests.crash_matrix.runs import Run
from tests.crash_matrix.scenarios import METERED, at_entry
from tests.fakes.asl.execution import Execution
from tests.fakes.cloud.wire import Strike
from tests.fakes.cloud.world import World
from tests.fakes.mappings import CREATE, DELETE

_STOPPED_AFTER_SECONDS = 5
"""From the entry of a state: by then a part of the targets has been changed in it."""


def many(targets: int) -> Iterator[Run]:
    """Killed, throttled and stopped, with half of so many mappings broken, or half of them back."""
    [scenario] = [each.name for each in METERED.values() if each.targets == targets]
    group = (f"{targets} mappings behind the limit of the control plane",)
    for operation in (DELETE, CREATE):
        sent = [index for index, call in enumerate(calls(scenario)) if call.operation == operation]
        middle = sent[len(sent) // 2]
        for fault in ("killed after", "throttled"):
            name = f"{scenario}/{operation}/{fault.replace(' ', '-')}"
            yield Run(scenario, name, group, strike=Strike(middle, fault))
    for state in ("Inject batches", "Restore batches"):
        stop = partial(_stop_within, state)
        name = f"{scenario}/{state.replace(' ', '-').lower()}/stopped"
        yield Run(scenario, name, group, disturb=stop)


def _stop_within(state: str, made: World) -> None:
    def stop(execution: Execution) -> None:
        made.wire.struck_at = made.scheduler.now
        execution.stop()

    def later(execution: Execution) -> None:
        made.later(_STOPPED_AFTER_SECONDS, partial(stop, execution))

    made.executions.entering = at_entry((state, 0), later)
