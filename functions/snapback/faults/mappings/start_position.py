"""Where a recreated mapping starts to read, so that no event is lost.

A stream's checkpoint dies with its mapping. A queue and a Kafka consumer group keep theirs; only a
partition for which the group has no offset starts where the mapping says.
"""

from dataclasses import dataclass

from snapback.faults.mappings import iterator_age
from snapback.faults.mappings.defaults import queue_mode
from snapback.faults.mappings.iterator_age import Behind
from snapback.faults.mappings.mapping import KAFKA, POSITION
from snapback.model.effects import Document, Step
from snapback.workload.sources import kind_of

NO_PROGRESS = "No records processed"
"""What LastProcessingResult says of a mapping that has not read anything yet."""

_HANDLED = "OK"
"""What LastProcessingResult says of a mapping whose last batch was handled."""

TIMESTAMPED = ("kinesis", "documentdb")
"""Streams that may start AT_TIMESTAMP; Lambda refuses it for DynamoDB streams."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a mapping had read when it was captured; times in epoch seconds, spans in seconds."""

    captured_at: float
    seconds_behind: float | None
    """How far behind it may have been at the capture; None if nothing tells."""
    margin: float


@dataclass(frozen=True, slots=True)
class Start:
    """Where a mapping starts again, as parameters of Create; and why so early, if it is."""

    position: Document
    because: str = ""


def lossless(config: Document, at: float, margin: float, hidden_by: str) -> Step[Start]:
    """The lossless position, by the function's iterator age where that can be trusted.

    `at` is the epoch second of the capture. `hidden_by` is a neighbour that makes the position
    unknowable: it shares the function's only IteratorAge metric.
    """
    behind = Behind(None)
    if kind_of(config) in TIMESTAMPED:
        behind = yield from _behind(config, at, hidden_by)
    return Start(position(config, Progress(at, behind.seconds, margin)), behind.because)


def _behind(config: Document, at: float, hidden_by: str) -> Step[Behind]:
    """How far behind it may be, unless it starts where it was to start or nothing can tell."""
    if _starts_as_made(config, at):
        return Behind(None, iterator_age.CHANGED if _changed_lately(config, at) else "")
    if because := _unknowable(config, hidden_by):
        return Behind(None, because)
    measured = yield from iterator_age.read(config["FunctionArn"], at)
    return iterator_age.behind(measured, at, config["LastModified"])


def _unknowable(config: Document, hidden_by: str) -> str:
    """Why no iterator age says how far a mapping has read, or an empty string."""
    if config["State"] == "Disabled":
        return "how far it had read when it was disabled is not known"
    if hidden_by:
        return (
            f"mapping {hidden_by} also reads a stream into the function, and CloudWatch has one "
            "iterator age for both"
        )
    result = config.get("LastProcessingResult")
    if result not in (_HANDLED, NO_PROGRESS):
        return f"its last batch may be unread from its first record (the last result is {result})"
    return iterator_age.PARTIAL if iterator_age.fails_in_part(config) else ""


def position(config: Document, progress: Progress) -> Document:
    """The lossless StartingPosition (and timestamp) of a mapping, or {} where none applies.

    It is counted back from the capture, which precedes the delete, so it never lies after the last
    processed record. Two kinds of mapping start where they were to start: one that has not read
    anything, and one changed so recently that the ages may still be those of the mapping before it.
    Otherwise the gap of one cycle would be lost in the next. LATEST was the moment when it was made,
    which nothing tells of a mapping that may have been paused and enabled again. Where nothing says
    how far it had read, as of one that is Disabled, it starts at the first record that it may not
    have read.
    """
    kind = kind_of(config)
    if kind == "dynamodb":
        return {"StartingPosition": "TRIM_HORIZON"}
    if kind not in TIMESTAMPED:
        return _without_offset(config, progress)
    if _starts_as_made(config, progress.captured_at):
        return _own(config, progress.margin)
    if progress.seconds_behind is None or config["State"] == "Disabled":
        return _earliest(config)
    window = config.get("MaximumBatchingWindowInSeconds", 0)
    return _at(progress.captured_at - progress.seconds_behind - window - progress.margin)


def _without_offset(config: Document, progress: Progress) -> Document:
    """Where a partition starts for which the consumer group has no offset."""
    if queue_mode(config):
        return {}
    if kind_of(config) in KAFKA and config.get("StartingPosition") == "LATEST":
        return _at(progress.captured_at - progress.margin)
    return _kept(config)


def _starts_as_made(config: Document, now: float) -> bool:
    """Whether it starts where it was to start, because it has not read yet or may be new."""
    if config["State"] == "Disabled":
        return False
    unread = config.get("LastProcessingResult") == NO_PROGRESS
    lately = _changed_lately(config, now)
    return unread and not lately if config["StartingPosition"] == "LATEST" else unread or lately


def _changed_lately(config: Document, now: float) -> bool:
    """Whether it was made, changed or enabled after the oldest of the ages: which, nothing tells."""
    return bool(now - config["LastModified"] < iterator_age.WINDOW_SECONDS)


def _own(config: Document, margin: float) -> Document:
    """Where it was to start; one at LATEST has had nothing to read since it was last changed."""
    if config["StartingPosition"] == "LATEST":
        return _at(config["LastModified"] - margin)
    return _kept(config)


def _earliest(config: Document) -> Document:
    """The first record that it may read: none from before its own timestamp."""
    if config["StartingPosition"] == "AT_TIMESTAMP":
        return _kept(config)
    return {"StartingPosition": "TRIM_HORIZON"}


def _kept(config: Document) -> Document:
    """Its own position; a timestamp that is answered with any other means nothing."""
    if config.get("StartingPosition") == "AT_TIMESTAMP":
        return {name: config[name] for name in POSITION}
    return {k: v for k, v in config.items() if k == "StartingPosition" and v}


def _at(epoch: float) -> Document:
    return {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": int(epoch)}
