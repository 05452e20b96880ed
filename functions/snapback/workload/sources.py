"""What an event source mapping reads: its kind, the source as a value, and its name in words."""

from collections.abc import Iterable

from snapback.model.effects import Document
from snapback.model.source import Source

_KINDS = {
    "sqs": "sqs", "kinesis": "kinesis", "dynamodb": "dynamodb", "kafka": "msk", "mq": "mq",
    "rds": "documentdb",
}  # fmt: skip

_IN_WORDS = {
    "sqs": "Queue", "kinesis": "Stream", "dynamodb": "Table stream", "kafka": "Topic", "mq": "Broker",
}  # fmt: skip

QUEUE_CONCURRENCY = 1_000
"""About how far one mapping of a queue scales where no maximum is set on it."""


def kind_of(config: Document) -> str:
    """The kind of event source, such as `sqs` or `self-managed-kafka`; KeyError if unknown."""
    if config.get("SelfManagedEventSource"):
        return "self-managed-kafka"
    return _KINDS[config["EventSourceArn"].split(":")[2]]


def source(config: Document) -> Source:
    """The source that a mapping reads."""
    most = config.get("ScalingConfig", {}).get("MaximumConcurrency")
    failures = (config.get("DestinationConfig") or {}).get("OnFailure") or {}
    return Source(
        arn=config.get("EventSourceArn", ""),
        kind=kind_of(config),
        active=config.get("State") != "Disabled",
        concurrency=_concurrency(config) if most is None else int(most),
        capped=most is not None,
        destination=failures.get("Destination", ""),
    )


def kinds(sources: Iterable[Source]) -> frozenset[str]:
    """The kinds of source that were read at all."""
    return frozenset(each.kind for each in sources if each.active)


def in_words(arn: str) -> str:
    """A source as people call it, such as `Queue orders`; what has no ARN are Kafka's brokers."""
    parts = arn.split(":")
    if parts[0] != "arn":
        return f"Kafka {arn}"
    name = ":".join(parts[5:])
    if parts[2] in ("dynamodb", "kinesis"):
        name = name.split("/")[1]
    return f"{_IN_WORDS.get(parts[2], parts[2])} {name}"


def _concurrency(config: Document) -> int:
    """For a stream, that of one shard or partition."""
    if kind_of(config) == "sqs":
        return QUEUE_CONCURRENCY
    return int(config.get("ParallelizationFactor", 1))
