"""What no single call shows: stops, time-outs, restores that meet, redrives, sleeping injectors."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import product

from tests.crash_matrix.cells import calls
from tests.crash_matrix.judgement import problems
from tests.crash_matrix.runs import Run
from tests.crash_matrix.scenarios import SCENARIOS, SEQUENCES, Entry, asked_of, at_entry, begun
from tests.fakes.asl.execution import Execution
from tests.fakes.cloud.wire import Strike
from tests.fakes.cloud.world import World

ASLEEP_SECONDS = (100, 3600)
"""An injector that sleeps so long wakes while it is being waited for, or never."""

OFFSETS = (0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 3, 8)
"""How much later the second of two that meet is started, in seconds."""

_ENDS = {
    "ABORTED": "StopExecution at the entry of a state",
    "TIMED_OUT": "the machine's time-out at the entry of a state",
}
_REDRIVEN = ("redrive after the rescue",)
_MET = ("a sweep and two rescues beside the main restore",)
_TWICE = ("two experiments on the same targets",)
_ASLEEP = ("an injector asleep while the restore begins",)


def specials() -> Iterator[Run]:
    """All of them; the row of each is its group."""
    for sequence in SEQUENCES:
        scenario = f"3-{sequence}"
        for number, entry in enumerate(entries(scenario)):
            at = f"{sequence}/{number}-{entry[0].replace(' ', '-').rstrip('?').lower()}"
            for how, group in _ENDS.items():
                ending = partial(_end, entry, how)
                yield Run(scenario, f"{how.lower()}/{at}", (group,), disturb=ending)
            stop = partial(_end, entry, "ABORTED")
            yield Run(scenario, f"redrive/{at}", _REDRIVEN, disturb=stop, afterwards=_redrive)
        for offset in OFFSETS:
            meet = partial(_meet, offset)
            yield Run(scenario, f"together/{sequence}/{offset}", _MET, disturb=meet)
            start, name = partial(_start_another, sequence, offset), f"two/{sequence}/{offset}"
            yield Run(scenario, name, _TWICE, disturb=start, afterwards=_refused)
        asleep = [i for i, call in enumerate(calls(scenario)) if call.module == "inject_fault"]
        for index, when, seconds in product(asleep, ("before", "after"), ASLEEP_SECONDS):
            name = f"asleep/{sequence}/{index}/paused-{when}/{seconds}"
            strike = Strike(index, f"paused {when}", seconds)
            yield Run(scenario, name, _ASLEEP, strike=strike, disturb=stop_once_asleep)


@cache
def entries(scenario: str) -> tuple[Entry, ...]:
    """For each state that the scenario enters, its first entry and its last."""
    with begun(SCENARIOS[scenario]) as made:
        made.run()
        [execution] = made.executions.all.values()
        entered = execution.entered
    first = {state: entered.index(state) for state in entered}
    last = {state: len(entered) - 1 - entered[::-1].index(state) for state in entered}
    found = sorted({*first.items(), *last.items()}, key=lambda each: each[1])
    return tuple((state, entered[:at].count(state)) for state, at in found)


def _strike(made: World, wanted: Entry, act: Callable[[Execution], object]) -> None:
    """Act when the experiment enters a state for the nth time: then the fault strikes."""

    def struck(execution: Execution) -> None:
        made.wire.struck_at = made.scheduler.now
        act(execution)

    made.executions.entering = at_entry(wanted, struck)


def _end(entry: Entry, status: str, made: World) -> None:
    _strike(made, entry, lambda execution: execution.stop(status))


def _redrive(made: World) -> Iterator[str]:
    """A redrive that still has a window before it ends with WindowClosed; another one reports."""
    execution = next(iter(made.executions.all.values()))
    began = bool(made.items.stored("meta"))
    changes, states_before = made.mappings.changes, len(execution.entered)
    execution.redrive()
    made.changed()
    made.run()
    if not began:
        return
    yield from problems(made)
    windowed = {"Inject fault", "Observe"} & {*execution.entered[states_before:]}
    refused = execution.error is not None and execution.error.name == "WindowClosed"
    if windowed and not refused:
        yield f"the redrive entered {sorted(windowed)} and ends with {execution.error}"
    if not windowed and execution.status != "SUCCEEDED":
        yield f"the redrive ends {execution.status} with {execution.error}"
    if made.mappings.changes != changes:
        yield "the redrive changed a mapping"


def _meet(offset: float, made: World) -> None:
    def rescue() -> None:
        made.lambdas.invoke("Sweep", {})
        made.restore("rescue-1")
        made.restore("rescue-2")

    _strike(made, ("Restore batches", 0), lambda _: made.later(offset, rescue))


def _start_another(sequence: str, offset: float, made: World) -> None:
    asked = asked_of(made, sequence=sequence)
    made.later(offset, lambda: made.start(asked, "other"))


def _refused(made: World) -> Iterator[str]:
    """Of two experiments one succeeds, and the other is refused for its targets."""
    ended = {each.status: each for each in made.executions.all.values() if each.is_experiment}
    if set(ended) != {"SUCCEEDED", "FAILED"}:
        yield f"they ended {sorted(ended)}"
    elif (refusal := ended["FAILED"].error) and refusal.name not in _REFUSALS:
        yield f"the refused one ended with {refusal.name}"


_REFUSALS = ("TargetsLocked", "TargetsChanged", "InvalidExperiment")


def stop_once_asleep(made: World) -> None:
    """A sleeping injector is one that StopExecution came too late for."""
    [execution] = made.executions.all.values()
    made.wire.on_strike = lambda: made.later(1, execution.stop)
