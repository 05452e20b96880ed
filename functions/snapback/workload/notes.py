"""What a reader of the report should know of the sources and of how they drain."""

from collections.abc import Sequence

from snapback.model.effects import Step
from snapback.model.evidence import Series
from snapback.model.source import Source
from snapback.workload.concurrency import drain_limits, throttled
from snapback.workload.queues import not_sampled


def notes(
    function_name: str, sources: Sequence[Source], series: Series, back: float | None
) -> Step[list[str]]:
    """One sentence each; `back` is the epoch second of the last restore, if there was one."""
    limits = yield from drain_limits(function_name, sources)
    return [*not_sampled(sources), *limits, *throttled(function_name, series, back)]
