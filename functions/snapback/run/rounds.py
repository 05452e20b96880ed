"""Which targets are broken together, and when: a request becomes fault windows and batches.

A batch is what one inject or restore task handles. A round has five, and more only where a batch
would have too many targets: an execution hardly grows with their number.
"""

from dataclasses import dataclass
from math import ceil

from snapback.model.experiment import Experiment
from snapback.model.records import AT_ONCE, Round, batch_count
from snapback.model.timings import Timings

EVENT_LIMIT = 20_500
"""Kept well below the 25,000 history events at which Step Functions ends an execution."""

LOOKS = 100
"""Watching the recovery takes at most so many samples, for as long as expectations need it."""

PATIENCE = 1.5
"""While targets are in transition, the pause is the time that they have taken, times this: those that
take a minute are looked at four times."""

PATIENT_LOOKS = 7
"""As many such looks fill the ten minutes in which targets come to rest."""

# A task writes 5 events (entered, scheduled, started, succeeded or failed, exited), a Parallel or
# a Map 4, an iteration of a Map 2, every other state 2, and the execution itself 2.
EVENTS_ONCE = 30
"""Of the states that run once, and of the execution."""
EVENTS_PER_ROUND = 18
"""Of the states around the batches and the observations of a round."""
EVENTS_PER_BATCH = 16
"""Of a batch of a round: its injection, its restore, and leaving it to the sweeper."""
EVENTS_PER_LOOK = 9
"""Of an observation of the window, and of a look at the recovery: a task, a choice and a wait."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The rounds in order, the batch of each target, and how many batches are injected at once."""

    rounds: tuple[Round, ...]
    batch_of: tuple[int, ...]
    concurrency: int

    @property
    def batches(self) -> list[int]:
        """Every batch, once."""
        return sorted(set(self.batch_of))


def lay_out(experiment: Experiment, targets: int, timings: Timings) -> Layout:
    """Lay out the rounds of an experiment on so many targets."""
    rolling = experiment.sequence == "rolling"
    batches = targets if rolling else batch_count(targets)
    every = tuple(range(batches))
    shared = [(batch,) for batch in every] if rolling else [every]
    hold = min(experiment.total_chaos_duration, observe_every(experiment, timings))
    rounds = [
        Round(
            number=cycle * len(shared) + turn,
            cycle=cycle,
            wait_seconds=_wait(experiment, cycle, first=turn == 0),
            hold_seconds=hold,
            batches=together,
            restores=together,
        )
        for cycle in range(experiment.cycles)
        for turn, together in enumerate(shared)
    ]
    return Layout(
        rounds=tuple(rounds),
        batch_of=tuple(target % batches for target in range(targets)),
        concurrency=1 if experiment.sequence == "serial" else AT_ONCE,
    )


def _wait(experiment: Experiment, cycle: int, *, first: bool) -> int:
    """The ramp before the first round, the interval before the first round of each later cycle."""
    if not first:
        return 0
    return experiment.chaos_interval if cycle else experiment.ramp_time


def observe_every(experiment: Experiment, timings: Timings) -> int:
    """Seconds between two observations: longer windows are observed less often."""
    return max(
        timings.observe_seconds, ceil(experiment.total_chaos_duration / timings.observations)
    )


def history_events(experiment: Experiment, targets: int, timings: Timings) -> int:
    """An upper bound of the history events of a run without retries.

    A window may be observed once more than planned, and the recovery looked at once more: a pause
    may end a moment too early.
    """
    rolling = experiment.sequence == "rolling"
    rounds = experiment.cycles * (targets if rolling else 1)
    injected = rounds * (1 if rolling else batch_count(targets))
    observations = ceil(experiment.total_chaos_duration / observe_every(experiment, timings)) + 1
    per_round = EVENTS_PER_ROUND + observations * EVENTS_PER_LOOK
    looks = LOOKS + PATIENT_LOOKS + 1
    once = EVENTS_ONCE + looks * EVENTS_PER_LOOK
    return once + rounds * per_round + injected * EVENTS_PER_BATCH


def broken_seconds(experiment: Experiment, targets: int) -> int:
    """For how many seconds an experiment keeps something broken, over all cycles and rounds."""
    holds = targets if experiment.sequence == "rolling" else 1
    return experiment.cycles * holds * experiment.total_chaos_duration


def whole_seconds(experiment: Experiment, targets: int) -> int:
    """For how many seconds a target is whole between two cycles."""
    others = targets - 1 if experiment.sequence == "rolling" else 0
    return experiment.chaos_interval + others * experiment.total_chaos_duration


def total_seconds(experiment: Experiment, targets: int) -> int:
    """The planned seconds of an experiment: its holds, intervals and ramps."""
    held = broken_seconds(experiment, targets)
    return held + (experiment.cycles - 1) * experiment.chaos_interval + 2 * experiment.ramp_time
