"""Where a recreated mapping starts to read, so that no event is lost.

A stream's checkpoint dies with its mapping. A queue and a Kafka consumer group keep theirs; only a
partition of which the group has no offset starts where the mapping says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snapback.faults.mappings.mapping import KAFKA, POSITION, source_of

NO_PROGRESS = "No records processed"
"""What LastProcessingResult says of a mapping that has not read anything yet."""

TIMESTAMPED = ("kinesis", "documentdb")
"""Streams that may start AT_TIMESTAMP; Lambda refuses it for DynamoDB streams."""

AGE_WINDOW_SECONDS = 900
"""How far back the iterator ages of a mapping are read."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a mapping had read when it was captured; times in epoch seconds, ages in seconds."""

    captured_at: float
    iterator_age: float | None
    """How far behind it may be at the capture; None if nothing tells."""
    margin: float


def position(config: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The lossless StartingPosition (and timestamp) of a mapping, or {} where none applies.

    It is counted back from the capture, which precedes the detachment, so it never lies after the
    last processed record. A mapping that has not read anything since it was made, or that was made
    so recently that the ages may still be those of the mapping before it, starts where it was to
    start; without that the gap of one cycle would be lost in the next. Where nothing says how far
    it had read, as of one that is Disabled, it starts as early as it can have unread records.
    """
    source = source_of(config)
    if source == "dynamodb":
        return {"StartingPosition": "TRIM_HORIZON"}
    if source not in TIMESTAMPED:
        without_offset = source in KAFKA and config.get("StartingPosition") == "LATEST"
        return _at(progress.captured_at - progress.margin) if without_offset else _kept(config)
    if config["State"] == "Disabled":
        return _earliest(config)
    if config.get("LastProcessingResult") == NO_PROGRESS or _new(config, progress.captured_at):
        return _own(config, progress.margin)
    if progress.iterator_age is None:
        return _earliest(config)
    window = config.get("MaximumBatchingWindowInSeconds", 0)
    back = progress.iterator_age + window + progress.margin
    return _at(progress.captured_at - back)


def _new(config: Mapping[str, Any], now: float) -> bool:
    """Whether it was made at its own position, and after the oldest of the ages."""
    if config["StartingPosition"] == "LATEST":
        return False
    return bool(now - config["LastModified"] < AGE_WINDOW_SECONDS)


def _own(config: Mapping[str, Any], margin: float) -> dict[str, Any]:
    if config["StartingPosition"] == "LATEST":
        return _at(config["LastModified"] - margin)
    return _kept(config)


def _earliest(config: Mapping[str, Any]) -> dict[str, Any]:
    """What lies before its own timestamp it never was to read."""
    if config["StartingPosition"] == "AT_TIMESTAMP":
        return _kept(config)
    return {"StartingPosition": "TRIM_HORIZON"}


def _kept(config: Mapping[str, Any]) -> dict[str, Any]:
    """Its own position; a timestamp that is answered with any other means nothing."""
    if config.get("StartingPosition") == "AT_TIMESTAMP":
        return {name: config[name] for name in POSITION}
    return {k: v for k, v in config.items() if k == "StartingPosition" and v}


def _at(epoch: float) -> dict[str, Any]:
    return {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": int(epoch)}
