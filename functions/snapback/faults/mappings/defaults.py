"""What Lambda documents that a setting is where a mapping has none, by kind of source.

Kafka, Amazon MQ and DocumentDB have no default window here: it is 500 ms, which no value stands for.
"""

from collections.abc import Mapping
from typing import Any

from snapback.model.effects import Document

RETRIES: Document = {
    "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False,
}  # fmt: skip
"""The retries of a stream, without an end."""

_SHARDED = {
    **RETRIES, "BatchSize": 100, "MaximumBatchingWindowInSeconds": 0, "ParallelizationFactor": 1,
    "TumblingWindowInSeconds": 0,
}  # fmt: skip
_KAFKA = {**RETRIES, "BatchSize": 100}
_OF_KIND: Mapping[str, Document] = {
    "sqs": {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 0},
    "kinesis": _SHARDED,
    "dynamodb": _SHARDED,
    "msk": _KAFKA,
    "self-managed-kafka": _KAFKA,
    "mq": {"BatchSize": 100},
    "documentdb": {"BatchSize": 100},
}

_KAFKA_POLLERS = {"ProvisionedPollerConfig": {"MinimumPollers": 1, "MaximumPollers": 200}}
_WITHIN: Mapping[str, Mapping[str, Document]] = {
    "sqs": {"ProvisionedPollerConfig": {"MinimumPollers": 2, "MaximumPollers": 200}},
    "msk": _KAFKA_POLLERS,
    "self-managed-kafka": {
        **_KAFKA_POLLERS,
        "SelfManagedKafkaEventSourceConfig": {"ConsumptionMode": "Stream"},
    },
}
"""The defaults within a setting that a mapping has; without it there are none."""

_OF_QUEUE_MODE = {"MaximumRetryAttempts": 0}


def queue_mode(config: Document) -> bool:
    """Whether a mapping of Kafka reads through a share group, which keeps the place by itself."""
    kafka = config.get("SelfManagedKafkaEventSourceConfig") or {}
    return bool(kafka.get("ConsumptionMode") == "Queue")


def with_defaults(settings: Document, kind: str) -> dict[str, Any]:
    """The settings of a mapping, with the documented default of each that it does not name."""
    own = _OF_QUEUE_MODE if queue_mode(settings) else {}
    within = {
        name: {**defaults, **settings[name]}
        for name, defaults in _WITHIN.get(kind, {}).items()
        if settings.get(name)
    }
    return {**_OF_KIND[kind], **own, **settings, **within}
