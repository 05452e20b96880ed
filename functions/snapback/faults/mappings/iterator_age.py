"""How far behind a stream's mapping is, by the age of the records that its function gets.

Lambda publishes one IteratorAge metric a function, whatever version or alias a mapping feeds. It is
the age of the last record of a batch, when the batch is received.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from snapback.model.effects import Document, Step
from snapback.workload.functions import unqualified
from snapback.workload.metrics import (
    ERRORS,
    ITERATOR_AGE,
    LONGEST_DURATION,
    THROTTLES,
    Measured,
    read_of_function,
)
from snapback.workload.sources import kind_of

LOOKED_BACK_SECONDS = 24 * 3600
"""How far back iterator ages are read: a stream may be quiet for hours."""

WINDOW_SECONDS = 900
"""How long the ages of one mapping count: before the newest of them, and after it is made."""

AGED = ("kinesis", "dynamodb", "documentdb")
"""Sources whose iterator age Lambda publishes."""

FAILED = (
    "its function failed or was throttled lately, so a batch may be unread from its first record"
)

PARTIAL = (
    "its function reports failed items one by one, so a batch may be unread from its first record "
    "without an error"
)

CHANGED = "it was made or changed minutes ago, and nothing tells how far it had read before"


@dataclass(frozen=True, slots=True)
class Behind:
    """How many seconds before a moment the first unread record may have arrived.

    None where nothing tells; `because` says why that is so, or why it is so long.
    """

    seconds: float | None
    because: str = ""


def neighbour(config: Document, others: Iterable[Document]) -> str:
    """The UUID of another mapping that shares this one's IteratorAge metric, or an empty string."""
    if kind_of(config) not in AGED:
        return ""
    return next((str(each["UUID"]) for each in others if _shares_metric(config, each)), "")


def _shares_metric(config: Document, other: Document) -> bool:
    if other["UUID"] == config["UUID"] or kind_of(other) not in AGED:
        return False
    return unqualified(other["FunctionArn"]) == unqualified(config["FunctionArn"])


def fails_in_part(config: Document) -> bool:
    """Whether a batch may be stuck while every invocation succeeds."""
    return "ReportBatchItemFailures" in (config.get("FunctionResponseTypes") or ())


def read(function_arn: str, at: float) -> Step[Measured]:
    """A function's iterator ages of the last day, and what says whether they can be trusted."""
    names = (ITERATOR_AGE, ERRORS, THROTTLES, LONGEST_DURATION)
    return read_of_function(names, function_arn, at - LOOKED_BACK_SECONDS, at)


def failed(measured: Measured, since: float) -> bool:
    """Whether an invocation failed or was throttled since a moment."""
    return any(value for name in (ERRORS, THROTTLES) for value, _ in _since(since, measured, name))


def seconds_behind(measured: Measured, at: float) -> float | None:
    """How far behind a mapping was at most in the last minutes, in seconds; None without data.

    The greatest age counts, and as of the newest: what has been read since then is not known. A
    mapping that is disabled, or whose function is throttled, falls behind without any new age.
    """
    ages = _since(at - WINDOW_SECONDS, measured, ITERATOR_AGE)
    if not ages:
        return None
    return max(ages)[0] / 1000 + max(0.0, at - max(minute for _, minute in ages))


def behind(measured: Measured, at: float, changed_at: float) -> Behind:
    """How far back a mapping, made or changed at a moment, may have unread records.

    The age of a batch is that of its last record. Its first one arrived after the last record of the
    batch before, and that one was received no longer ago than the longest invocation: if nothing
    fails, the greatest age and the longest duration reach back to it. Ages since a change do not
    count as the newest: the first batch after a pause may begin anywhere in it.
    """
    changed = 0 <= at - changed_at < WINDOW_SECONDS
    minutes = [each["at"] for each in measured.series[ITERATOR_AGE]]
    counted = [each for each in minutes if not changed or each <= changed_at]
    if not counted:
        return Behind(None, _missing(measured, changed=changed and bool(minutes)))
    newest = max(counted)
    since = newest - WINDOW_SECONDS
    if failed(measured, since):
        return Behind(None, FAILED)
    greatest, _ = max(_since(since, measured, ITERATOR_AGE))
    longest, _ = max(_since(since, measured, LONGEST_DURATION), default=(0, 0))
    quiet = max(0.0, at - newest)
    told = f"its newest iterator age is {quiet / 60:.0f} minutes old"
    return Behind((greatest + longest) / 1000 + quiet, told if quiet > WINDOW_SECONDS else "")


def _missing(measured: Measured, *, changed: bool) -> str:
    if measured.refused:
        return f"the iterator age of its function cannot be read ({measured.refused})"
    if changed:
        return CHANGED
    return "CloudWatch has no iterator age of its function for the last 24 hours"


def _since(moment: float, measured: Measured, name: str) -> list[tuple[float, float]]:
    """The values of a series since a moment, each with its minute."""
    points = measured.series[name]
    return [(each["value"], each["at"]) for each in points if each["at"] >= moment]
