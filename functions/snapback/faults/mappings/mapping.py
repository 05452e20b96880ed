"""An event source mapping as a value: what makes it unique, its settings, the request that remakes it.

A configuration is the dict that GetEventSourceMapping answers, with times as epoch seconds. Every
member of it that is not listed as read-only is a setting, so a setting that AWS adds is kept
without a change here; `tests/unit` holds the list against botocore's model.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

READ_ONLY = frozenset({
    "UUID", "EventSourceMappingArn", "FunctionArn", "LastModified", "LastProcessingResult",
    "State", "StateTransitionReason", "FilterCriteriaError",
})  # fmt: skip
"""Identity and status: answered by Get and never accepted by Create."""

LONGEST_KEY_BYTES = 1000
"""DynamoDB sorts by 1,024 bytes at most, of which the kind of a record takes some."""

POSITION = ("StartingPosition", "StartingPositionTimestamp")
SETTLED = ("Enabled", "Disabled")

STACK_TAG = "aws:cloudformation:stack-name"
"""The tag that names the stack which owns a mapping; only CloudFormation can set it."""

_SOURCES = {
    "sqs": "sqs", "kinesis": "kinesis", "dynamodb": "dynamodb", "kafka": "msk", "mq": "mq",
    "rds": "documentdb",
}  # fmt: skip
_STREAM_RETRIES = {
    "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": False,
}  # fmt: skip
_KAFKA_CONFIG = {
    "msk": "AmazonManagedKafkaEventSourceConfig",
    "self-managed-kafka": "SelfManagedKafkaEventSourceConfig",
}
KAFKA = tuple(_KAFKA_CONFIG)
"""Sources whose place is kept by a consumer group."""

_SHARDED_ONLY = {"ParallelizationFactor", "TumblingWindowInSeconds"}
_REJECTED = {
    "sqs": {*POSITION, *_STREAM_RETRIES, *_SHARDED_ONLY, "DestinationConfig"},
    "mq": {*POSITION, *_STREAM_RETRIES, *_SHARDED_ONLY, "DestinationConfig"},
    "documentdb": {*_STREAM_RETRIES, *_SHARDED_ONLY, "DestinationConfig"},
    "msk": _SHARDED_ONLY,
    "self-managed-kafka": _SHARDED_ONLY,
}
"""What Create refuses for a source, whatever a response echoes (Lambda developer guide)."""


def source_of(config: Mapping[str, Any]) -> str:
    """The kind of event source, such as `sqs` or `self-managed-kafka`; KeyError if unknown."""
    if config.get("SelfManagedEventSource"):
        return "self-managed-kafka"
    return _SOURCES[config["EventSourceArn"].split(":")[2]]


def key_of(config: Mapping[str, Any]) -> str:
    """What Lambda lets exist only once: source, function with qualifier, and topics or queues.

    A longer key than the table takes is cut, and ends with the digest of all of it.
    """
    endpoints = config.get("SelfManagedEventSource", {}).get("Endpoints", {})
    brokers = sorted(broker for each in endpoints.values() for broker in each)
    source = config.get("EventSourceArn") or ",".join(brokers)
    names = [*config.get("Topics", ()), *config.get("Queues", ())]
    key = "|".join((source, config["FunctionArn"], *names)).encode()
    if len(key) <= LONGEST_KEY_BYTES:
        return key.decode()
    digest = "|sha256:" + sha256(key).hexdigest()
    return key[: LONGEST_KEY_BYTES - len(digest)].decode(errors="ignore") + digest


def unqualified(function_arn: str) -> str:
    """A function's ARN without its version or alias."""
    return ":".join(function_arn.split(":")[:7])


def own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags a caller may set: `aws:` tags belong to AWS and are refused by Create."""
    return {name: value for name, value in tags.items() if not name.lower().startswith("aws:")}


def pruned(value: Any) -> Any:
    """The value without what AWS echoes for "unset": null, "", [] and {}; keeps 0 and false."""
    if isinstance(value, Mapping):
        kept = {name: pruned(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [pruned(each) for each in value]
    return value


def create_request(config: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """The CreateEventSourceMapping parameters that remake a settled mapping as it was.

    Its own position is kept; `snapback.faults.mappings.start_position` replaces it where that would lose events.
    """
    source = source_of(config)
    request: dict[str, Any] = pruned({k: v for k, v in config.items() if k not in READ_ONLY})
    for name in _REJECTED.get(source, ()):
        request.pop(name, None)
    if source in _KAFKA_CONFIG:
        _complete_kafka(request, _KAFKA_CONFIG[source], config["UUID"])
    if config.get("EventSourceArn", "").endswith(".fifo"):
        request.pop("MaximumBatchingWindowInSeconds", None)
    if request.get("StartingPosition") != "AT_TIMESTAMP":
        request.pop("StartingPositionTimestamp", None)
    request["FunctionName"] = config["FunctionArn"]
    request["Enabled"] = config["State"] == "Enabled"
    if kept := own_tags(tags):
        request["Tags"] = kept
    return request


def _complete_kafka(request: dict[str, Any], config_name: str, uuid: str) -> None:
    """Name the consumer group, which is the old UUID unless one was chosen: it holds the offsets.

    An on-demand mapping echoes the retry defaults, which Create may refuse without provisioned
    pollers.
    """
    request.setdefault(config_name, {}).setdefault("ConsumerGroupId", uuid)
    if request[config_name].get("ConsumptionMode") == "Stream":
        del request[config_name]["ConsumptionMode"]
    if "ProvisionedPollerConfig" not in request:
        for name, default in _STREAM_RETRIES.items():
            if request.get(name) == default:
                del request[name]


def canonical(value: Any) -> Any:
    """The value with every list in one order: AWS returns brokers, filters and types reordered."""
    if isinstance(value, Mapping):
        return {name: canonical(each) for name, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return sorted(map(canonical, value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def satisfies(config: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    """Whether an existing mapping is what `request` would make, its position included.

    A mapping in transition is judged by its settings alone: its State does not yet say whether it
    will be enabled. Nor is that of Kafka by its position, which only a partition without an offset
    ever reads.
    """
    left_out = {"Tags", *(() if config["State"] in SETTLED else ("Enabled",))}
    left_out |= {*POSITION} if source_of(config) in KAFKA else set()
    asked = {k: v for k, v in request.items() if k not in left_out}
    made = {k: v for k, v in create_request(config, {}).items() if k not in left_out}
    return bool(canonical(asked) == canonical(made))


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], leaving_out: Iterable[str] = ()
) -> dict[str, dict[str, Any]]:
    """The settings that differ between two dicts: `{name: {"before": …, "after": …}}`."""
    names = sorted((set(before) | set(after)) - set(leaving_out))
    old, new = canonical(pruned(before)), canonical(pruned(after))
    return {
        name: {"before": old.get(name), "after": new.get(name)}
        for name in names
        if old.get(name) != new.get(name)
    }
