"""Where a recreated mapping starts to read, so that no event is lost.

A stream's checkpoint dies with its mapping. A queue and a Kafka consumer group keep theirs; only a
partition for which the group has no offset starts where the mapping says.
"""

from dataclasses import dataclass

from snapback.faults.mappings import iterator_age
from snapback.faults.mappings.defaults import queue_mode
from snapback.faults.mappings.mapping import KAFKA, POSITION
from snapback.model.effects import Document, Step
from snapback.workload.sources import kind_of

NO_PROGRESS = "No records processed"
"""What LastProcessingResult says of a mapping that has not read anything yet."""

TIMESTAMPED = ("kinesis", "documentdb")
"""Streams that may start AT_TIMESTAMP; Lambda refuses it for DynamoDB streams."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a mapping had read when it was captured; times in epoch seconds, spans in seconds."""

    captured_at: float
    seconds_behind: float | None
    """How far behind it may have been at the capture; None if nothing tells."""
    margin: float


def lossless(config: Document, at: float, margin: float, hidden_by: str) -> Step[Document]:
    """The lossless position, by the function's iterator age where that counts.

    `at` is the epoch second of the capture. `hidden_by` is a neighbour that makes the position
    unknowable: it shares the function's only IteratorAge metric.
    """
    behind = None
    if not hidden_by and kind_of(config) in TIMESTAMPED:
        measured = yield from iterator_age.read(config["FunctionArn"], at)
        behind = iterator_age.seconds_behind(measured, at)
    return position(config, Progress(at, behind, margin))


def position(config: Document, progress: Progress) -> Document:
    """The lossless StartingPosition (and timestamp) of a mapping, or {} where none applies.

    It is counted back from the capture, which precedes the delete, so it never lies after the last
    processed record. Two kinds of mapping start where they were to start: one that has not read
    anything since it was made, and one made so recently that the ages may still be those of the
    mapping before it. Otherwise the gap of one cycle would be lost in the next. Where nothing says
    how far it had read, as of one that is Disabled, it starts at the first record that it may not
    have read.
    """
    kind = kind_of(config)
    if kind == "dynamodb":
        return {"StartingPosition": "TRIM_HORIZON"}
    if kind not in TIMESTAMPED:
        return _without_offset(config, progress)
    if config["State"] == "Disabled":
        return _earliest(config)
    if config.get("LastProcessingResult") == NO_PROGRESS or _new(config, progress.captured_at):
        return _own(config, progress.margin)
    if progress.seconds_behind is None:
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


def _new(config: Document, now: float) -> bool:
    """Whether it was made at its own position, and after the oldest of the ages."""
    if config["StartingPosition"] == "LATEST":
        return False
    return bool(now - config["LastModified"] < iterator_age.WINDOW_SECONDS)


def _own(config: Document, margin: float) -> Document:
    """Where it was to start; LATEST was the moment it was made."""
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
