"""Which targets are affected together, and when: a request becomes fault windows and batches.

A batch is what one inject or restore task handles. There are at most 40, as many as an inline Map
runs at once, so that the workflow does not grow with the number of targets.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any

from snapback.model.experiment import Experiment
from snapback.model.timings import Timings

MAP_CONCURRENCY = 40
EVENT_LIMIT = 20_000
"""Kept well below the 25,000 history events at which Step Functions ends an execution."""

LOOKS = 100
"""The recovery is watched with so many samples at most, as long as expectations want it watched."""

# A task writes 5 events (entered, scheduled, started, succeeded or failed, exited), a Parallel or
# a Map 4, an iteration of a Map 2, every other state 2, and the execution itself 2.
EVENTS_ONCE = 30
"""Of the states that run once, and of the execution."""
EVENTS_PER_ROUND = 18
"""Of the states around the batches and the observations of a round."""
EVENTS_PER_BATCH = 16
"""Of a batch of a round: its injection, its restore, and that it is left for the sweeper."""
EVENTS_PER_LOOK = 9
"""Of an observation of the window, and of a look at the recovery: a task, a choice and a wait."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`rounds` in order, each `{cycle, wait_seconds, hold_seconds, batches}`, and who is in which.

    `batch_of[i]` is the batch of the i-th target; `concurrency` how many batches are injected at
    once.
    """

    rounds: tuple[dict[str, Any], ...]
    batch_of: tuple[int, ...]
    concurrency: int

    @property
    def batches(self) -> list[int]:
        """Every batch, once."""
        return sorted(set(self.batch_of))


def plan(experiment: Experiment, targets: int, timings: Timings) -> Plan:
    """Lay out the rounds of an experiment on so many targets."""
    rolling = experiment.sequence == "rolling"
    batch_count = targets if rolling else min(MAP_CONCURRENCY, targets)
    batches = list(range(batch_count))
    shared = [[batch] for batch in batches] if rolling else [batches]
    hold = min(experiment.total_chaos_duration, observe_every(experiment, timings))
    rounds = [
        {"cycle": cycle, "wait_seconds": 0, "hold_seconds": hold, "batches": together}
        for cycle in range(experiment.cycles)
        for together in shared
    ]
    for first in range(len(shared), len(rounds), len(shared)):
        rounds[first]["wait_seconds"] = experiment.chaos_interval
    rounds[0]["wait_seconds"] = experiment.ramp_time
    return Plan(
        rounds=tuple(rounds),
        batch_of=tuple(target % batch_count for target in range(targets)),
        concurrency=1 if experiment.sequence == "serial" else MAP_CONCURRENCY,
    )


def observe_every(experiment: Experiment, timings: Timings) -> int:
    """Seconds between two observations: longer windows are observed less often."""
    return max(
        timings.observe_seconds, ceil(experiment.total_chaos_duration / timings.observations)
    )


def history_events(experiment: Experiment, targets: int, timings: Timings) -> int:
    """An upper bound of the history events of a run without retries.

    A window may be observed once more than planned, and the recovery looked at once more: a pause
    may end a moment before the time it was meant to reach.
    """
    laid_out = plan(experiment, targets, timings)
    observations = ceil(experiment.total_chaos_duration / observe_every(experiment, timings)) + 1
    injected = sum(len(each["batches"]) for each in laid_out.rounds)
    per_round = EVENTS_PER_ROUND + observations * EVENTS_PER_LOOK
    rounds = len(laid_out.rounds) * per_round + injected * EVENTS_PER_BATCH
    return EVENTS_ONCE + rounds + (LOOKS + 1) * EVENTS_PER_LOOK


def total_seconds(experiment: Experiment, targets: int) -> int:
    """The planned seconds of an experiment: its holds, intervals and ramps."""
    holds = targets if experiment.sequence == "rolling" else 1
    held = experiment.cycles * holds * experiment.total_chaos_duration
    return held + (experiment.cycles - 1) * experiment.chaos_interval + 2 * experiment.ramp_time
