"""Do the times that are asked for suit Lambda: its quota, how it stops polling, how it starts?"""

from collections.abc import Iterator, Sequence
from math import ceil

from snapback.faults.mappings.mapping import KAFKA
from snapback.model.effects import Document
from snapback.model.experiment import Experiment
from snapback.model.findings import NOTHING, Findings, merged, warning
from snapback.model.records import MAP_CONCURRENCY
from snapback.model.timings import Timings
from snapback.workload.sources import in_words, kind_of

REQUESTS_PER_SECOND = 12
"""What is planned with, of the 15 that Lambda takes of an account: others of its tools need some."""

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
    listed: int = 0,
) -> Findings:
    """That all targets can be broken in time; warnings where a time is short.

    `listed` is how many mappings the account has, where each batch lists all of them.
    """
    reads, pages = (2, ceil(listed / PAGE)) if deletes else (1, 0)
    return merged((
        Findings(tuple(_too_many(experiment, len(configs), timings, reads, pages))),
        NOTHING if deletes else _felt(experiment),
        *_settling(experiment, configs, timings),
    ))  # fmt: skip


def read_again(experiment: Experiment, timings: Timings) -> bool:
    """Whether targets are read again before they are broken."""
    return experiment.cycles > 1 or experiment.ramp_time > timings.fresh_seconds


def _too_many(
    experiment: Experiment, targets: int, timings: Timings, reads: int, pages: int
) -> Iterator[str]:
    """Why the injection of a round would run out of time: all its targets are broken at once."""
    if not read_again(experiment, timings):
        reads = pages = 0

    def requests(number: int) -> int:
        return number * (1 + reads) + min(MAP_CONCURRENCY, number) * pages

    seconds = timings.inject_fault_function_seconds - timings.send_margin_seconds
    taken = REQUESTS_PER_SECOND * seconds
    if experiment.sequence == "parallel" and requests(targets) > taken:
        most = max(each for each in range(targets) if requests(each) <= taken)
        yield (
            f"event_uuids: {targets} mappings need {requests(targets)} requests to be broken at "
            f"once, more than Lambda takes in the {seconds} seconds that an injection has; choose "
            f"at most {most}, or the sequence serial"
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
