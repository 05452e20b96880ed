"""What a mapping that is put back handles twice or never, in sentences for plan and report."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from snapback.faults.mappings.mapping import KAFKA, source_of
from snapback.faults.mappings.start_position import NO_PROGRESS, TIMESTAMPED
from snapback.model.effects import Call, Step

_MINUTE = 60
_LONGEST_BY_MINUTE = 24 * 3600
"""One answer of CloudWatch holds all minutes of a day."""


def moment(epoch: float) -> str:
    """An epoch second as a person reads it."""
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d %H:%M:%S} UTC"


def start(config: Mapping[str, Any], request: Mapping[str, Any]) -> str:
    """Where the new mapping begins to read."""
    position = request.get("StartingPosition")
    since = request.get("StartingPositionTimestamp")
    exactly = f", {moment(since)}" if since else ""
    was = config.get("StartingPosition")
    instead = f" instead of {was}" if was not in (None, position) else ""
    if source_of(config) in KAFKA:
        rest = f"; a partition that has none starts at {position}{exactly}{instead}"
        told = rest if since else ""
        return f"The new mapping goes on where its consumer group's offsets are{told}."
    if not position:
        return "The new mapping goes on with the messages in the queue."
    return f"The new mapping starts to read at {position}{exactly}{instead}."


def why(config: Mapping[str, Any], request: Mapping[str, Any], neighbour: str) -> str:
    """Why a stream is read again from so early on, and the way out, or an empty string.

    `neighbour` is the UUID of another mapping whose iterator ages are told with this one's.
    """
    if source_of(config) not in TIMESTAMPED or request.get("StartingPosition") == "LATEST":
        return ""
    instead = "the fault disable-mappings keeps its place"
    if config["State"] == "Disabled":
        return (
            "How far it had read when it was disabled is not known, so it starts before all that "
            f"it may not have read; {instead}."
        )
    if neighbour and config.get("LastProcessingResult") != NO_PROGRESS:
        return (
            f"How far it has read is not known: mapping {neighbour} also reads a stream into the "
            "function, and CloudWatch tells one iterator age for both. So it starts before all "
            f"that it may not have read; {instead}."
        )
    return ""


def age_limit(config: Mapping[str, Any]) -> int | None:
    """The age in seconds from which on Lambda gives a record up unseen, or None."""
    seconds = config.get("MaximumRecordAgeInSeconds")
    return None if seconds in (None, -1) else int(seconds)


def duplicates(config: Mapping[str, Any], request: Mapping[str, Any], now: float) -> Step[str]:
    """What is handled again, and for a Kinesis stream how much of it CloudWatch counted so far."""
    since = request.get("StartingPositionTimestamp")
    if since is None or source_of(config) != "kinesis" or now - since > _LONGEST_BY_MINUTE:
        return again(config, request)
    count = yield from _written(config["EventSourceArn"], since, now)
    told = again(config, request).removesuffix(".")
    if count is None:
        return f"{told}; CloudWatch does not tell how many there are."
    return f"{told}: at most {count} so far, by CloudWatch's count."


def again(config: Mapping[str, Any], request: Mapping[str, Any]) -> str:
    """What is handled once more at most, or what is lost, by the request that puts it back."""
    if "UUID" in request:
        return "The mapping kept its place: at most what was in flight is handled once more."
    source, position = source_of(config), request.get("StartingPosition")
    if source in KAFKA:
        batch = config.get("BatchSize", 100)
        return f"At most the batches in flight, {batch} records a partition, are handled once more."
    if not position:
        batch = config.get("BatchSize", 10)
        return (
            f"Only the messages in flight, in batches of {batch}, may be handled once more; they "
            "count as received once more."
        )
    if position == "LATEST":
        return (
            "Nothing is handled twice. LOST are all records written from the delete until some "
            "minutes after the creation; ask for the resume lossless to keep them."
        )
    if position == "TRIM_HORIZON":
        day = ": expect up to 24 hours of duplicates" if source == "dynamodb" else ""
        return f"Every record still in the stream{_young(config)} is handled once more{day}."
    since = moment(request["StartingPositionTimestamp"])
    return f"Every record written since {since}{_young(config)} is handled once more."


def _young(config: Mapping[str, Any]) -> str:
    limit = age_limit(config)
    if limit is None:
        return ""
    return f" that is younger than {limit} seconds by then (MaximumRecordAgeInSeconds)"


def _written(stream_arn: str, since: float, now: float) -> Step[int | None]:
    """The records written to a Kinesis stream, in whole minutes around a span."""
    name = stream_arn.split("/")[1]
    metric = {
        "Namespace": "AWS/Kinesis",
        "MetricName": "IncomingRecords",
        "Dimensions": [{"Name": "StreamName", "Value": name}],
    }
    stat = {"Metric": metric, "Period": _MINUTE, "Stat": "Sum"}
    answer = yield from Call(
        "cloudwatch",
        "GetMetricData",
        {
            "MetricDataQueries": [{"Id": "written", "MetricStat": stat}],
            "StartTime": since - since % _MINUTE,
            "EndTime": now + _MINUTE,
        },
    )
    results = answer.body.get("MetricDataResults", [])
    values = [value for each in results for value in each["Values"]]
    return int(sum(values)) if values else None
