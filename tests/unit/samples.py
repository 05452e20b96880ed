"""Mappings and a letter as AWS writes them, from recorded responses and from the API reference."""

import json
from typing import Any

from tests.fakes.mappings import Source, described
from tests.fakes.values import number_of

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
UUID = "11111111-2222-4333-8444-555555555555"
SOURCE = "arn:aws:{}:eu-west-1:123456789012:{}"


_SECRET = {"Type": "BASIC_AUTH", "URI": SOURCE.format("s", "secret")}
_POSITION = {"StartingPosition": "TRIM_HORIZON"}
_GIVEN: dict[str, dict[str, Any]] = {
    "sqs": {"BatchSize": 10, "EventSourceArn": SOURCE.format("sqs", "orders")},
    "fifo": {
        "BatchSize": 10,
        "EventSourceArn": SOURCE.format("sqs", "orders.fifo"),
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 2},
    },
    "kinesis": {
        "EventSourceArn": SOURCE.format("kinesis", "stream/orders"), "StartingPosition": "LATEST"
    },
    "dynamodb": {
        "EventSourceArn": SOURCE.format("dynamodb", "table/orders/stream/2026-01-01T00:00:00.000"),
        **_POSITION,
    },
    "msk": {
        "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": UUID},
        "EventSourceArn": SOURCE.format("kafka", "cluster/orders/abc"),
        "Topics": ["orders"],
        **_POSITION,
    },
    "self-managed-kafka": {
        "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["b:9092", "a:9092"]}},
        "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": UUID, "ConsumptionMode": "Stream"},
        "SourceAccessConfigurations": [{"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"}],
        "Topics": ["orders"],
        **_POSITION,
    },
    "mq": {
        "EventSourceArn": SOURCE.format("mq", "broker:orders:b-1"),
        "Queues": ["orders"],
        "SourceAccessConfigurations": [_SECRET],
    },
    "documentdb": {
        "DocumentDBEventSourceConfig": {"DatabaseName": "orders", "FullDocument": "UpdateLookup"},
        "EventSourceArn": SOURCE.format("rds", "cluster:orders"),
        "SourceAccessConfigurations": [_SECRET],
        "StartingPosition": "LATEST",
    },
}  # fmt: skip


def _config(given: dict[str, Any]) -> dict[str, Any]:
    settings = number_of({"BatchSize": 100, **given, "FunctionName": FUNCTION})
    return described(Source(UUID, "Enabled", settings, modified=1_700_000_000.5, progress="OK"))


CONFIGS = {source: _config(given) for source, given in _GIVEN.items()}

_SHARDED_KEPT = {
    "BatchSize", "BisectBatchOnFunctionError", "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds", "MaximumRetryAttempts", "ParallelizationFactor",
    "StartingPosition", "TumblingWindowInSeconds",
}  # fmt: skip
_KEPT = {
    "sqs": {"BatchSize", "MaximumBatchingWindowInSeconds"},
    "fifo": {"BatchSize", "FunctionResponseTypes", "ScalingConfig"},
    "kinesis": _SHARDED_KEPT,
    "dynamodb": _SHARDED_KEPT,
    "msk": {"AmazonManagedKafkaEventSourceConfig", "BatchSize", "StartingPosition", "Topics"},
    "self-managed-kafka": {
        "BatchSize", "SelfManagedEventSource", "SourceAccessConfigurations", "StartingPosition",
        "Topics",
    },
    "mq": {"BatchSize", "Queues", "SourceAccessConfigurations"},
    "documentdb": {
        "BatchSize", "DocumentDBEventSourceConfig", "SourceAccessConfigurations",
        "StartingPosition",
    },
}  # fmt: skip
REQUESTS: dict[str, dict[str, Any]] = {
    source: {"FunctionName": FUNCTION, "Enabled": True}
    | {name: CONFIGS[source][name] for name in names | {"EventSourceArn"} & CONFIGS[source].keys()}
    for source, names in _KEPT.items()
}
REQUESTS["self-managed-kafka"]["SelfManagedKafkaEventSourceConfig"] = {"ConsumerGroupId": UUID}
"""The exact request that remakes each of them, its own position kept."""


def letter(at: str, condition: str = "RetryAttemptsExhausted", **changes: Any) -> str:
    """A letter with as little in it as there may be."""
    context = {"condition": condition, "approximateInvokeCount": 3}
    known = {"version": "1.0", "timestamp": at, "requestContext": context}
    return json.dumps({**known, "responseContext": {"functionError": "Unhandled"}, **changes})
