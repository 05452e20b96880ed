"""How far behind a stream's mapping is, by the age of the records that its function gets.

Lambda publishes one IteratorAge metric a function, whatever version or alias a mapping feeds.
"""

from collections.abc import Iterable

from snapback.model.effects import Document, Step
from snapback.workload.functions import unqualified
from snapback.workload.metrics import ITERATOR_AGE, Measured, read_iterator_age
from snapback.workload.sources import kind_of

WINDOW_SECONDS = 900
"""How far back iterator ages are read."""

AGED = ("kinesis", "dynamodb", "documentdb")
"""Sources whose iterator age Lambda publishes."""


def neighbour(config: Document, others: Iterable[Document]) -> str:
    """The UUID of another mapping that shares this one's IteratorAge metric, or an empty string."""
    if kind_of(config) not in AGED:
        return ""
    return next((str(each["UUID"]) for each in others if _shares_metric(config, each)), "")


def _shares_metric(config: Document, other: Document) -> bool:
    if other["UUID"] == config["UUID"] or kind_of(other) not in AGED:
        return False
    return unqualified(other["FunctionArn"]) == unqualified(config["FunctionArn"])


def read(function_arn: str, at: float) -> Step[Measured]:
    """A function's iterator age in each of the last 15 minutes, in milliseconds."""
    return (yield from read_iterator_age(function_arn, at - WINDOW_SECONDS, at))


def seconds_behind(measured: Measured, at: float) -> float | None:
    """How far behind a mapping may be at most, in seconds; None without data.

    The greatest age counts, and as of the newest: what has been read since then is not known. A
    mapping that is disabled, or whose function is throttled, falls behind without any new age.
    """
    points = measured.series[ITERATOR_AGE]
    if not points:
        return None
    newest = max(point["at"] for point in points)
    return max(point["value"] for point in points) / 1000 + max(0.0, at - newest)
