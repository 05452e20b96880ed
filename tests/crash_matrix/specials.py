"""What no single call shows: stops, time-outs, restores that meet, redrives, sleeping injectors."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from tests.crash_matrix.account import SOURCES
from tests.crash_matrix.cells import Verdict, calls
from tests.crash_matrix.judgement import late, problems, recovery_seconds
from tests.crash_matrix.scenarios import SCENARIOS, SEQUENCES, asked_of, begun
from tests.crash_matrix.wire import Strike
from tests.crash_matrix.world import World, world
from tests.fakes.asl.execution import Execution

ASLEEP_SECONDS = (100, 3600)
"""An injector that sleeps so long wakes while it is being waited for, or never."""

OFFSETS = (0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 3, 8)
"""How much later the second of two that meet is started, in seconds."""


@dataclass(frozen=True)
class Special:
    """One such run: `group` is its row of the table, `name` how to ask for it."""

    group: str
    name: str
    play: Callable[[], tuple[list[str], float]]

    def run(self) -> Verdict:
        """Play and judge it."""
        found, seconds = self.play()
        return Verdict(self.name, tuple(found), seconds)


def specials() -> Iterator[Special]:
    """All of them."""
    for sequence in SEQUENCES:
        for index, (state, _) in enumerate(states(f"3-{sequence}")):
            at = f"{sequence}/{index}-{state.replace(' ', '-').rstrip('?').lower()}"
            for how, group in _ENDS.items():
                play = partial(_ended, f"3-{sequence}", index, how)
                yield Special(group, f"{how.lower()}/{at}", play)
            play = partial(_redriven, f"3-{sequence}", index)
            yield Special("redrive after the rescue", f"redrive/{at}", play)
        for offset in OFFSETS:
            play = partial(_together, f"3-{sequence}", offset)
            group = "a sweep and two rescues beside the main restore"
            yield Special(group, f"together/{sequence}/{offset}", play)
            play = partial(_two_experiments, sequence, offset)
            group = "two experiments on the same targets"
            yield Special(group, f"two/{sequence}/{offset}", play)
        for index, fault, seconds in _sleeps(f"3-{sequence}"):
            play = partial(_asleep, f"3-{sequence}", index, fault, seconds)
            at = f"{sequence}/{index}/{fault.replace(' ', '-')}/{seconds}"
            group = "an injector asleep while the restore begins"
            yield Special(group, f"asleep/{at}", play)


_ENDS = {
    "ABORTED": "StopExecution at the entry of a state",
    "TIMED_OUT": "the machine's time-out at the entry of a state",
}


@cache
def states(scenario: str) -> tuple[tuple[str, int], ...]:
    """Each state that the scenario enters, and which entry it is: its first, and its last."""
    with begun(SCENARIOS[scenario]) as made:
        made.run()
        [execution] = made.executions.all.values()
        entered = execution.entered
    first = {state: entered.index(state) for state in entered}
    last = {state: len(entered) - 1 - entered[::-1].index(state) for state in entered}
    found = sorted({*first.items(), *last.items()}, key=lambda each: each[1])
    return tuple((state, entered[:at].count(state)) for state, at in found)


def _at_entry(wanted: tuple[str, int], act: Callable[[Execution], None]) -> Callable[..., None]:
    """Act once, when the experiment enters a state for the nth time."""

    def entering(execution: Execution, state: str) -> None:
        first = execution.is_experiment and not execution.redriven
        if first and (state, execution.entered[:-1].count(state)) == wanted:
            act(execution)

    return entering


def _judged(made: World) -> tuple[list[str], float]:
    return [*problems(made), *late(made)], recovery_seconds(made)


def _end(made: World, status: str, execution: Execution) -> None:
    made.wire.struck_at = made.scheduler.now
    execution.stop(status)


def _ended(scenario: str, index: int, status: str) -> tuple[list[str], float]:
    with begun(SCENARIOS[scenario]) as made:
        wanted = states(scenario)[index]
        made.executions.entering = _at_entry(wanted, partial(_end, made, status))
        made.run()
        return _judged(made)


def _redriven(scenario: str, index: int) -> tuple[list[str], float]:
    with begun(SCENARIOS[scenario]) as made:
        wanted = states(scenario)[index]
        made.executions.entering = _at_entry(wanted, partial(_end, made, "ABORTED"))
        made.run()
        found, seconds = _judged(made)
        execution = next(iter(made.executions.all.values()))
        began = bool(made.items.stored("meta"))
        changes, states_before = made.mappings.changes, len(execution.entered)
        execution.redrive()
        made.changed()
        made.run()
        if began:
            found += [*problems(made), *_redrive_problems(execution, states_before)]
            found += ["the redrive changed a mapping"] * (made.mappings.changes != changes)
        return found, seconds


def _redrive_problems(execution: Execution, states_before: int) -> Iterator[str]:
    """A redrive that still has a window before it ends with WindowClosed; another one reports."""
    windowed = {"Inject fault", "Observe"} & {*execution.entered[states_before:]}
    refused = execution.error is not None and execution.error.name == "WindowClosed"
    if windowed and not refused:
        yield f"the redrive entered {sorted(windowed)} and ends with {execution.error}"
    if not windowed and execution.status != "SUCCEEDED":
        yield f"the redrive ends {execution.status} with {execution.error}"


def _together(scenario: str, offset: float) -> tuple[list[str], float]:
    def rescue(made: World) -> None:
        made.lambdas.invoke("Sweep", {})
        made.restore("rescue-1")
        made.restore("rescue-2")

    with begun(SCENARIOS[scenario]) as made:

        def act(_: Execution) -> None:
            made.wire.struck_at = made.scheduler.now
            made.later(offset, partial(rescue, made))

        made.executions.entering = _at_entry(("Restore batches", 0), act)
        made.run()
        return _judged(made)


def _two_experiments(sequence: str, offset: float) -> tuple[list[str], float]:
    with world(SOURCES) as made:
        first = made.start(asked_of(made, sequence=sequence))
        second: list[Execution] = []
        asked = asked_of(made, sequence=sequence)
        made.later(offset, lambda: second.append(made.start(asked, "other")))
        made.run()
        ended = {each.status: each for each in (first, *second)}
        found = problems(made)
        if set(ended) != {"SUCCEEDED", "FAILED"}:
            found.append(f"they ended {sorted(ended)}")
        elif (refusal := ended["FAILED"].error) and refusal.name not in _REFUSALS:
            found.append(f"the refused one ended with {refusal.name}")
        return found, 0


_REFUSALS = ("TargetsLocked", "TargetsChanged", "InvalidExperiment")


def _sleeps(scenario: str) -> Iterator[tuple[int, str, float]]:
    """The moments at which an injector may fall asleep: around each of its calls."""
    for index, call in enumerate(calls(scenario)):
        if call.module == "inject_fault":
            for fault in ("paused before", "paused after"):
                for seconds in ASLEEP_SECONDS:
                    yield index, fault, seconds


def _asleep(scenario: str, index: int, fault: str, seconds: float) -> tuple[list[str], float]:
    with begun(SCENARIOS[scenario], Strike(index, fault, seconds)) as made:
        [execution] = made.executions.all.values()
        made.wire.on_strike = lambda: made.later(1, execution.stop)
        made.run()
        return _judged(made)
