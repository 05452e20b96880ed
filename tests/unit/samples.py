"""Mappings and a letter as AWS writes them, from recorded responses and from the API reference."""

import json
from typing import Any

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
UUID = "11111111-2222-4333-8444-555555555555"
SOURCE = "arn:aws:{}:eu-west-1:123456789012:{}"


def _mapping(**settings: Any) -> dict[str, Any]:
    return {
        "UUID": UUID,
        "EventSourceMappingArn": SOURCE.format("lambda", f"event-source-mapping:{UUID}"),
        "FunctionArn": FUNCTION,
        "LastModified": 1_700_000_000.5,
        "State": "Enabled",
        "StateTransitionReason": "USER_INITIATED",
        **settings,
    }


_SHARDED = {
    "BatchSize": 100,
    "BisectBatchOnFunctionError": False,
    "DestinationConfig": {"OnFailure": {}},
    "FunctionResponseTypes": [],
    "LastProcessingResult": "OK",
    "MaximumBatchingWindowInSeconds": 0,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "ParallelizationFactor": 1,
    "TumblingWindowInSeconds": 0,
}
_ON_DEMAND_KAFKA = {
    "BatchSize": 100,
    "BisectBatchOnFunctionError": False,
    "DestinationConfig": {"OnFailure": {}},
    "LastProcessingResult": "OK",
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "StartingPosition": "TRIM_HORIZON",
    "Topics": ["orders"],
}

CONFIGS: dict[str, dict[str, Any]] = {
    "sqs": _mapping(
        BatchSize=10,
        EventSourceArn=SOURCE.format("sqs", "orders"),
        FunctionResponseTypes=[],
        MaximumBatchingWindowInSeconds=0,
    ),
    "fifo": _mapping(
        BatchSize=10,
        EventSourceArn=SOURCE.format("sqs", "orders.fifo"),
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumBatchingWindowInSeconds=0,
        ScalingConfig={"MaximumConcurrency": 2},
    ),
    "kinesis": _mapping(
        **_SHARDED,
        EventSourceArn=SOURCE.format("kinesis", "stream/orders"),
        StartingPosition="LATEST",
    ),
    "dynamodb": _mapping(
        **_SHARDED,
        EventSourceArn=SOURCE.format("dynamodb", "table/orders/stream/2026-01-01T00:00:00.000"),
        StartingPosition="TRIM_HORIZON",
    ),
    "msk": _mapping(
        **_ON_DEMAND_KAFKA,
        EventSourceArn=SOURCE.format("kafka", "cluster/orders/abc"),
        AmazonManagedKafkaEventSourceConfig={"ConsumerGroupId": UUID},
    ),
    "self-managed-kafka": _mapping(
        **_ON_DEMAND_KAFKA,
        SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["b:9092", "a:9092"]}},
        SelfManagedKafkaEventSourceConfig={"ConsumerGroupId": UUID, "ConsumptionMode": "Stream"},
        SourceAccessConfigurations=[{"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"}],
    ),
    "mq": _mapping(
        BatchSize=100,
        EventSourceArn=SOURCE.format("mq", "broker:orders:b-1"),
        Queues=["orders"],
        SourceAccessConfigurations=[{"Type": "BASIC_AUTH", "URI": SOURCE.format("s", "secret")}],
    ),
    "documentdb": _mapping(
        BatchSize=100,
        DocumentDBEventSourceConfig={"DatabaseName": "orders", "FullDocument": "UpdateLookup"},
        EventSourceArn=SOURCE.format("rds", "cluster:orders"),
        SourceAccessConfigurations=[{"Type": "BASIC_AUTH", "URI": SOURCE.format("s", "secret")}],
        StartingPosition="LATEST",
    ),
}

_SHARDED_KEPT = set(_SHARDED) - {
    "DestinationConfig",
    "FunctionResponseTypes",
    "LastProcessingResult",
}
_KEPT = {
    "sqs": {"BatchSize", "MaximumBatchingWindowInSeconds"},
    "fifo": {"BatchSize", "FunctionResponseTypes", "ScalingConfig"},
    "kinesis": {*_SHARDED_KEPT, "StartingPosition"},
    "dynamodb": {*_SHARDED_KEPT, "StartingPosition"},
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
