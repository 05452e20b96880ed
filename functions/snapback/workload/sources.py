"""What kind of source an event source mapping reads, and that source as a value."""

from snapback.model.effects import Document
from snapback.model.source import Source

_KINDS = {
    "sqs": "sqs", "kinesis": "kinesis", "dynamodb": "dynamodb", "kafka": "msk", "mq": "mq",
    "rds": "documentdb",
}  # fmt: skip

QUEUE_CONCURRENCY = 1_000
"""What one mapping of a queue may grow to, give or take, where no maximum is set on it."""


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


def _concurrency(config: Document) -> int:
    """Of a stream for one shard or partition."""
    if kind_of(config) == "sqs":
        return QUEUE_CONCURRENCY
    return int(config.get("ParallelizationFactor", 1))
