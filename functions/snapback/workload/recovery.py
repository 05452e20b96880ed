"""What of a recovery only CloudWatch tells, and tells late: until when it pays to ask."""

from collections.abc import Iterable

from snapback.model.effects import Step
from snapback.model.evidence import LEAD_SECONDS, Span
from snapback.model.experiment import Experiment
from snapback.model.source import Source
from snapback.workload import stream_lag
from snapback.workload.metrics import ITERATOR_AGE, read_iterator_age
from snapback.workload.sources import kinds


def told_by(experiment: Experiment, sources: Iterable[Source], back: float) -> float:
    """The epoch second by which all that decides is published; the last restore if nothing is."""
    return stream_lag.watched_until(_limits(experiment, sources), back)


def may_still_tell(
    experiment: Experiment, sources: Iterable[Source], broken: Span, started_at: float, now: float
) -> Step[bool]:
    """Whether an expectation waits for sources to drain, and later metrics may still decide it.

    `broken` is from the first change to the last restore; the run itself `started_at` before it.
    """
    limits = _limits(experiment, sources)
    if not limits:
        return False
    since = started_at - LEAD_SECONDS
    measured = yield from read_iterator_age(experiment.function_name, since, now)
    lag = stream_lag.measure(measured.series[ITERATOR_AGE], broken.begins, broken.ends, now)
    return lag is not None and not all(lag.settles(each) for each in limits)


def _limits(experiment: Experiment, sources: Iterable[Source]) -> list[int]:
    return stream_lag.limits(experiment.expect, kinds(sources))
