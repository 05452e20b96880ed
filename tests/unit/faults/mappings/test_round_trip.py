"""Any mapping that the API's model allows comes back as it was.

A request is generated from botocore's own model, turned into what AWS would answer of the mapping
it makes, snapshotted, and made again.
"""

from collections.abc import Mapping
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import given, settings
from hypothesis import strategies as st

from aws import lambda_model
from snapback.faults.mappings.delete.refusals import refuse
from snapback.faults.mappings.mapping import (
    POSITION,
    create_request,
    differences,
    key_of,
    own_tags,
    satisfies,
)
from snapback.faults.mappings.reading import settings as compared
from snapback.faults.mappings.start_position import Progress, position
from snapback.model.effects import Check
from snapback.workload.sources import kind_of

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
OLD, NEW = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ARNS = {
    "sqs": "arn:aws:sqs:eu-west-1:123456789012:orders",
    "fifo": "arn:aws:sqs:eu-west-1:123456789012:orders.fifo",
    "kinesis": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
    "dynamodb": "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/2026-01-01T00:00:00.000",
    "msk": "arn:aws:kafka:eu-west-1:123456789012:cluster/c/u",
    "mq": "arn:aws:mq:eu-west-1:123456789012:broker:b:i",
    "documentdb": "arn:aws:rds:eu-west-1:123456789012:cluster:c",
}
SOURCES = [*ARNS, "self-managed-kafka"]
STREAMS = {"kinesis", "dynamodb", "msk", "self-managed-kafka", "documentdb"}
EVERYWHERE = {"BatchSize", "FilterCriteria", "KMSKeyArn", "MetricsConfig"}
RETRIES = {"MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError"}
SHARDED = {
    *RETRIES, "ParallelizationFactor", "TumblingWindowInSeconds", "DestinationConfig",
    "FunctionResponseTypes", "MaximumBatchingWindowInSeconds",
}  # fmt: skip
KAFKA = {
    *RETRIES, "DestinationConfig", "SourceAccessConfigurations", "ProvisionedPollerConfig",
    "LoggingConfig", "MaximumBatchingWindowInSeconds", "Topics",
}  # fmt: skip
ALLOWED = {
    "sqs": {"FunctionResponseTypes", "ScalingConfig", "ProvisionedPollerConfig",
            "MaximumBatchingWindowInSeconds"},
    "fifo": {"FunctionResponseTypes", "ScalingConfig"},
    "kinesis": SHARDED,
    "dynamodb": SHARDED,
    "msk": {*KAFKA, "AmazonManagedKafkaEventSourceConfig"},
    "self-managed-kafka": {*KAFKA, "SelfManagedKafkaEventSourceConfig"},
    "mq": {"SourceAccessConfigurations", "Queues", "MaximumBatchingWindowInSeconds"},
    "documentdb": {"DocumentDBEventSourceConfig", "SourceAccessConfigurations",
                   "MaximumBatchingWindowInSeconds"},
}  # fmt: skip
"""What Create accepts for each source beside what it accepts for all (Lambda developer guide)."""

CREATE = (
    botocore.session.get_session()
    .get_service_model("lambda")
    .operation_model("CreateEventSourceMapping")
    .input_shape
)
TEXT = st.text("abcXYZ019-:/{}\"' é", min_size=1, max_size=12)


def values(shape: Shape) -> st.SearchStrategy[Any]:
    """Any value of a shape, within the limits its model states."""
    if isinstance(shape, StructureShape):
        members = {name: values(each) for name, each in shape.members.items()}
        needed = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(needed, optional=members)
    if isinstance(shape, ListShape):
        return st.lists(values(shape.member), max_size=3, unique_by=repr)
    if isinstance(shape, MapShape):
        return st.dictionaries(values(shape.key), values(shape.value), max_size=2)
    if getattr(shape, "enum", None):
        return st.sampled_from(shape.enum)
    return _plain(shape)


def _plain(shape: Shape) -> st.SearchStrategy[Any]:
    if shape.type_name in ("integer", "long"):
        low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 10_000)
        return st.integers(low, high)
    if shape.type_name == "timestamp":
        return st.integers(1, 1_795_000_000)
    if shape.type_name == "boolean":
        return st.booleans()
    return TEXT


@st.composite
def requests(draw: st.DrawFn, source: str) -> dict[str, Any]:
    """Any create request for a source that AWS would take."""
    names = ALLOWED[source] | EVERYWHERE
    members = {name: values(CREATE.members[name]) for name in sorted(names)}
    request = _filled(draw(st.fixed_dictionaries({}, optional=members)))
    request |= {"FunctionName": draw(st.sampled_from([FUNCTION, FUNCTION + ":live"]))}
    request |= {"Enabled": draw(st.booleans())}
    request["Tags"] = draw(st.dictionaries(TEXT, TEXT, max_size=2))
    if source == "self-managed-kafka":
        brokers = draw(st.lists(TEXT, min_size=1, max_size=3, unique=True))
        request["SelfManagedEventSource"] = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": brokers}}
    else:
        request["EventSourceArn"] = ARNS[source]
    request |= draw(positions(source))
    return {k: v for k, v in request.items() if not refused_in_queue_mode(request, k)}


def refused_in_queue_mode(request: Mapping[str, Any], name: str) -> bool:
    """Whether a request is for a share group of Kafka, which does not take this setting."""
    kafka = request.get("SelfManagedKafkaEventSourceConfig", {})
    endless = name == "MaximumRetryAttempts" and request[name] == -1
    never = name in (*POSITION, "MaximumBatchingWindowInSeconds")
    return kafka.get("ConsumptionMode") == "Queue" and (endless or never)


@st.composite
def positions(draw: st.DrawFn, source: str) -> dict[str, Any]:
    """A starting position that the source allows."""
    if source not in STREAMS:
        return {}
    allowed = ["TRIM_HORIZON", "LATEST"] + ["AT_TIMESTAMP"] * (source != "dynamodb")
    chosen = draw(st.sampled_from(allowed))
    timestamp = {"StartingPositionTimestamp": 1_700_000_000} if chosen == "AT_TIMESTAMP" else {}
    return {"StartingPosition": chosen, **timestamp}


def taken(source: str, request: Mapping[str, Any]) -> None:
    """What AWS would refuse: the form, and members that a source does not have."""
    assert lambda_model.check(Check("lambda", "CreateEventSourceMapping", request)) == ""
    common = {"FunctionName", "Enabled", "Tags", "EventSourceArn", "SelfManagedEventSource"}
    kept = ALLOWED[source] | EVERYWHERE | common | (set(POSITION) if source in STREAMS else set())
    assert set(request) <= kept
    assert not any(refused_in_queue_mode(request, name) for name in request)
    assert not any(name.startswith("aws:") for name in request.get("Tags", {}))
    destinations = request.get("DestinationConfig", {"OnFailure": {"Destination": ""}})
    assert {} not in destinations.values()
    at_timestamp = request.get("StartingPosition") == "AT_TIMESTAMP"
    assert ("StartingPositionTimestamp" in request) is at_timestamp


def made(source: str, request: Mapping[str, Any], uuid: str) -> dict[str, Any]:
    """What Get answers of the mapping that a request makes, with everything AWS echoes."""
    settings_ = {k: v for k, v in request.items() if k not in ("FunctionName", "Enabled", "Tags")}
    if not settings_.get("FilterCriteria", {}).get("Filters"):
        settings_.pop("FilterCriteria", None)
    config = ECHOED.get(source, {}) | settings_
    if source in GROUPS:
        config[GROUPS[source]] = (
            GROUP_DEFAULTS[source] | {"ConsumerGroupId": uuid} | config.get(GROUPS[source], {})
        )
        if config[GROUPS[source]].get("ConsumptionMode") == "Queue":
            config |= {"MaximumRetryAttempts": settings_.get("MaximumRetryAttempts", 0)}
    if "SelfManagedEventSource" in config:
        brokers = config["SelfManagedEventSource"]["Endpoints"]["KAFKA_BOOTSTRAP_SERVERS"]
        endpoints = {"KAFKA_BOOTSTRAP_SERVERS": brokers[::-1]}
        config["SelfManagedEventSource"] = {"Endpoints": endpoints}
    return config | {
        "UUID": uuid,
        "EventSourceMappingArn": f"arn:aws:lambda:eu-west-1:123456789012:mapping:{uuid}",
        "FunctionArn": request["FunctionName"],
        "State": "Enabled" if request["Enabled"] else "Disabled",
        "LastModified": 1_790_000_000.0,
        "LastProcessingResult": "No records processed",
        "StateTransitionReason": "User action",
    }


GROUPS = {
    "msk": "AmazonManagedKafkaEventSourceConfig",
    "self-managed-kafka": "SelfManagedKafkaEventSourceConfig",
}
GROUP_DEFAULTS = {"msk": {}, "self-managed-kafka": {"ConsumptionMode": "Stream"}}
_UNSET: dict[str, Any] = {
    "BatchSize": 100,
    "DestinationConfig": {"OnFailure": {}},
    "MaximumRetryAttempts": -1,
    "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False,
}
ECHOED: dict[str, dict[str, Any]] = {
    "sqs": {"BatchSize": 10, "FunctionResponseTypes": [], "MaximumBatchingWindowInSeconds": 0},
    "fifo": {"BatchSize": 10, "FunctionResponseTypes": [], "MaximumBatchingWindowInSeconds": 0},
    **dict.fromkeys(("kinesis", "dynamodb"), _UNSET | {
        "FunctionResponseTypes": [], "ParallelizationFactor": 1, "TumblingWindowInSeconds": 0,
        "MaximumBatchingWindowInSeconds": 0,
    }),
    **dict.fromkeys(("msk", "self-managed-kafka"), _UNSET),
}  # fmt: skip
"""What AWS answers for what was not set, as recorded."""


@pytest.mark.parametrize("source", SOURCES)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_snapshot_makes_the_mapping_again(source: str, data: st.DataObject) -> None:
    asked = data.draw(requests(source))
    before = made(source, asked, OLD)
    assert refuse(before) == ""
    tags = asked["Tags"] | {"aws:cloudformation:stack-name": "shop"}
    request = create_request(before, tags)
    taken(source, request)
    after = made(source, request, NEW)
    assert differences(compared(before), compared(after)) == {}
    assert own_tags(tags) == request.get("Tags", {}) == asked["Tags"]
    assert satisfies(after, request)
    assert key_of(after) == key_of(before)


@pytest.mark.parametrize("source", SOURCES)
@given(data=st.data(), age=st.none() | st.floats(0, 1e6))
@settings(max_examples=30, deadline=None)
def test_a_lossless_request_differs_in_its_position_alone(
    source: str, data: st.DataObject, age: float | None
) -> None:
    asked = data.draw(requests(source))
    before = made(source, asked, OLD)
    before["LastProcessingResult"] = data.draw(st.sampled_from(["OK", "No records processed"]))
    request = {k: v for k, v in create_request(before, {}).items() if k not in POSITION}
    request |= position(before, Progress(1_795_000_000.0, age, 300))
    taken(source, request)
    changed = differences(compared(before), compared(made(source, request, NEW)))
    assert set(changed) <= set(POSITION)
    assert request.get("StartingPosition") != "LATEST" or kind_of(before) in GROUPS


def _filled(value: Any) -> Any:
    """The value without anything empty: what is empty is as good as not sent."""
    if isinstance(value, dict):
        kept = {name: _filled(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in ({}, [], "")}
    if isinstance(value, list):
        return [each for each in map(_filled, value) if each not in ({}, [], "")]
    return value
