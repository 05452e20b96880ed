"""Do the times that are asked for suit Lambda: its quota, how it stops polling, how it starts?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from snapback.faults.mappings.mapping import KAFKA
from snapback.model.effects import Document
from snapback.model.experiment import Experiment
from snapback.model.findings import NOTHING, Findings, merged, warning
from snapback.model.records import AT_ONCE, BATCH_TARGETS, MOST_BATCHES, batch_count
from snapback.model.timings import Timings
from snapback.workload.sources import in_words, kind_of

MOST = MOST_BATCHES * BATCH_TARGETS
"""How many mappings one window can hold; more do not fit into a rolling execution either."""

PAGE = 100
"""How many mappings Lambda lists in one answer at most."""

POLLING_STOPS_SECONDS = 90
"""How long Lambda may go on polling after an update (Lambda developer guide, starting positions)."""

SLOW = {*KAFKA, "mq", "documentdb"}
"""Sources whose mapping needs connections of its own before it is Enabled."""


def prove(
    experiment: Experiment,
    configs: Sequence[Document],
    timings: Timings,
    *,
    deletes: bool,
    pace: int,
    listed: int = 0,
) -> Findings:
    """That all targets can be broken in time; warnings where a time is short.

    `pace` is how many requests a second the experiment may send, `listed` how many mappings the
    account has, where each batch lists all of them.
    """
    reads = ceil(listed / PAGE) if read_again(experiment, timings) else 0
    each = 2 if deletes and reads else 1
    budget = Budget(_injection_seconds(timings), pace, each, reads)
    return merged((
        Findings(tuple(_too_many(experiment, len(configs), budget))),
        NOTHING if deletes else _felt(experiment),
        *_settling(experiment, configs, timings),
    ))  # fmt: skip


def read_again(experiment: Experiment, timings: Timings) -> bool:
    """Whether targets are read again before they are broken."""
    return experiment.cycles > 1 or experiment.ramp_time > timings.fresh_seconds


@dataclass(frozen=True, slots=True)
class Budget:
    """The requests of an injection: how many seconds it has, and how many a second all may send.

    `each` are the requests for a target, `reads` those with which a batch lists the account.
    """

    seconds: int
    per_second: int
    each: int
    reads: int

    def suffices(self, targets: int) -> bool:
        """Whether every batch of so many targets is broken in time."""
        batches = batch_count(targets)
        requests = ceil(targets / batches) * self.each + self.reads
        return requests * min(AT_ONCE, batches) <= self.per_second * self.seconds


def _injection_seconds(timings: Timings) -> int:
    return timings.inject_fault_function_seconds - timings.send_margin_seconds


def _too_many(experiment: Experiment, targets: int, budget: Budget) -> Iterator[str]:
    """Why a round would run out of time or of batches."""
    if not targets or experiment.sequence == "rolling":
        return
    if targets > MOST:
        yield (
            f"event_uuids: {targets} mappings are more than one window can hold; choose at most "
            f"{MOST}"
        )
    elif not budget.suffices(targets):
        most = max((each for each in range(1, targets) if budget.suffices(each)), default=1)
        yield (
            f"event_uuids: {targets} mappings cannot be broken in the {budget.seconds} seconds that "
            f"an injection has, at {budget.per_second} requests a second; choose at most {most}, or "
            "give the stack a higher requests_per_second"
        )


def _felt(experiment: Experiment) -> Findings:
    seconds = experiment.total_chaos_duration
    if seconds >= POLLING_STOPS_SECONDS:
        return NOTHING
    return warning(
        f"total_chaos_duration: Lambda may take up to {POLLING_STOPS_SECONDS} seconds to stop "
        f"polling a mapping that is disabled, so a fault of {seconds} seconds may not be felt."
    )


def _settling(
    experiment: Experiment, configs: Sequence[Document], timings: Timings
) -> Iterator[Findings]:
    """A warning where a mapping may not be Enabled again when the next cycle takes it."""
    given = experiment.chaos_interval + timings.settle_seconds
    if experiment.cycles == 1 or given >= timings.start_lag_seconds:
        return
    enough = timings.start_lag_seconds - timings.settle_seconds
    for config in configs:
        if kind_of(config) in SLOW and config["State"] != "Disabled":
            name = in_words(config.get("EventSourceArn") or "its brokers")
            yield warning(
                f"chaos_interval: Lambda may take several minutes to start the mapping of {name}. "
                f"The next cycle fails if it is not Enabled after {given} seconds, and everything "
                f"is put back; give {enough} or more."
            )
