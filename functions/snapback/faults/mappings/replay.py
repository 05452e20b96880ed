"""What a mapping that is put back handles twice or never, in sentences for plan and report."""

from datetime import UTC, datetime

from snapback.faults.mappings.mapping import KAFKA
from snapback.model.effects import Document, Step
from snapback.model.evidence import MINUTE
from snapback.workload.metrics import read, stat
from snapback.workload.sources import kind_of

_LONGEST_BY_MINUTE = 24 * 3600
"""The longest span in seconds of which one answer of CloudWatch holds every minute."""


def moment(epoch: float) -> str:
    """An epoch second as a person reads it."""
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d %H:%M:%S} UTC"


def start(config: Document, request: Document) -> str:
    """Where the new mapping begins to read."""
    position = request.get("StartingPosition")
    since = request.get("StartingPositionTimestamp")
    exactly = f", {moment(since)}" if since else ""
    was = config.get("StartingPosition")
    instead = f" instead of {was}" if was not in (None, position) else ""
    if kind_of(config) in KAFKA:
        rest = f"; a partition that has none starts at {position}{exactly}{instead}"
        told = rest if since else ""
        return f"The new mapping goes on where its consumer group's offsets are{told}."
    if not position:
        return "The new mapping goes on with the messages in the queue."
    return f"The new mapping starts to read at {position}{exactly}{instead}."


def why(because: str) -> str:
    """Why a stream is read again from so early on, and the way out, or an empty string."""
    if not because:
        return ""
    return (
        f"{because[0].upper()}{because[1:]}: it starts at the first record that it may not have "
        "read. The fault disable-mappings keeps its place."
    )


def age_limit(config: Document) -> int | None:
    """From which age in seconds on Lambda discards a record unseen; None if it never does."""
    seconds = config.get("MaximumRecordAgeInSeconds")
    return None if seconds in (None, -1) else int(seconds)


def duplicates(config: Document, request: Document, now: float) -> Step[str]:
    """What is handled again, and for a Kinesis stream how much of it CloudWatch counted so far."""
    since = request.get("StartingPositionTimestamp")
    if since is None or kind_of(config) != "kinesis" or now - since > _LONGEST_BY_MINUTE:
        return again(config, request)
    count = yield from _written(config["EventSourceArn"], since, now)
    told = again(config, request).removesuffix(".")
    if count is None:
        return f"{told}; CloudWatch has no count of them."
    return f"{told}: at most {count} so far, by CloudWatch's count."


def again(config: Document, request: Document) -> str:
    """What the request that puts a mapping back makes its function handle again, or lose."""
    if "UUID" in request:
        return "The mapping kept its place: at most what was in flight is handled again."
    kind, position = kind_of(config), request.get("StartingPosition")
    if kind in KAFKA:
        batch = config.get("BatchSize", 100)
        return f"At most the batches in flight, {batch} records a partition, are handled again."
    if not position:
        batch = config.get("BatchSize", 10)
        return (
            f"Only the messages in flight, in batches of {batch}, may be handled again; each of "
            "them counts one receive more."
        )
    if position == "LATEST":
        return (
            "Nothing is handled twice. LOST are all records written from the delete until some "
            "minutes after the creation; set resume to lossless to keep them."
        )
    if position == "TRIM_HORIZON":
        day = ": expect up to 24 hours of duplicates" if kind == "dynamodb" else ""
        return f"Every record still in the stream{_younger(config)} is handled again{day}."
    since = moment(request["StartingPositionTimestamp"])
    return f"Every record written since {since}{_younger(config)} is handled again."


def _younger(config: Document) -> str:
    limit = age_limit(config)
    if limit is None:
        return ""
    return f" that is younger than {limit} seconds by then (MaximumRecordAgeInSeconds)"


def _written(stream_arn: str, since: float, now: float) -> Step[int | None]:
    """How many records were written to a Kinesis stream, in whole minutes around a span."""
    name = stream_arn.split("/")[1]
    stats = {"written": stat("AWS/Kinesis", "IncomingRecords", "Sum", {"StreamName": name})}
    measured = yield from read(stats, since - since % MINUTE, now + MINUTE)
    points = measured.series["written"]
    return int(sum(point["value"] for point in points)) if points else None
