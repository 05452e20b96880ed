"""An event source mapping as a value: what makes it unique, its settings, the request that remakes it.

A configuration is the document that GetEventSourceMapping answers, with times as epoch seconds.
Every member of it that is not listed as read-only is a setting, so that a setting which AWS adds is
kept without a change here. A test holds that list against botocore's model.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from snapback.faults.mappings.defaults import RETRIES, queue_mode, with_defaults
from snapback.model.effects import Document
from snapback.workload.functions import unqualified
from snapback.workload.sources import kind_of

READ_ONLY = frozenset({
    "UUID", "EventSourceMappingArn", "FunctionArn", "LastModified", "LastProcessingResult",
    "State", "StateTransitionReason", "FilterCriteriaError",
})  # fmt: skip
"""Identity and status: answered by Get and never accepted by Create."""

LONGEST_KEY_BYTES = 1000
"""DynamoDB takes sort keys of up to 1,024 bytes; the kind of a record takes some of them."""

POSITION = ("StartingPosition", "StartingPositionTimestamp")
"""The members that say where a mapping starts to read."""

SETTLED = ("Enabled", "Disabled")
"""The states in which a mapping stays; in any other it is in transition."""

STACK_TAG = "aws:cloudformation:stack-name"
"""The tag that names the stack which owns a mapping; only CloudFormation can set it."""

_KAFKA_CONFIG = {
    "msk": "AmazonManagedKafkaEventSourceConfig",
    "self-managed-kafka": "SelfManagedKafkaEventSourceConfig",
}
KAFKA = tuple(_KAFKA_CONFIG)
"""Sources whose consumer group keeps the place."""

_SHARDED_ONLY = {"ParallelizationFactor", "TumblingWindowInSeconds"}
_REJECTED = {
    "sqs": {*POSITION, *RETRIES, *_SHARDED_ONLY, "DestinationConfig"},
    "mq": {*POSITION, *RETRIES, *_SHARDED_ONLY, "DestinationConfig"},
    "documentdb": {*RETRIES, *_SHARDED_ONLY, "DestinationConfig"},
    "msk": _SHARDED_ONLY,
    "self-managed-kafka": _SHARDED_ONLY,
}
"""What Create refuses for a source, whatever a response echoes (Lambda developer guide)."""


def key_of(config: Document) -> str:
    """What Lambda lets exist only once: source, function with qualifier, and topics or queues.

    A key that is too long for the table is cut, and ends with the digest of the whole key.
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


def lock_of(key: str) -> str:
    """The lock of the mapping with a key.

    Mappings from one source to several versions or aliases of a function share it, so that no
    experiment takes what another one is changing for something that was always there.
    """
    source, *rest = key.split("|")
    return "|".join((source, *map(unqualified, rest[:1]), *rest[1:]))


def own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags a caller may set: `aws:` tags belong to AWS and are refused by Create."""
    return {name: value for name, value in tags.items() if not name.lower().startswith("aws:")}


def pruned(value: Any) -> Any:
    """The value without what AWS returns for "unset": null, "", [] and {}; 0 and false stay."""
    if isinstance(value, Mapping):
        kept = {name: pruned(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [pruned(each) for each in value]
    return value


def create_request(config: Document, tags: Mapping[str, str]) -> Document:
    """The CreateEventSourceMapping parameters that remake a settled mapping as it was.

    Its own position is kept; the module `start_position` replaces it where that would lose events.
    """
    source = kind_of(config)
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
    pollers, and does refuse for a share group. That one takes no position and no window either.
    """
    request.setdefault(config_name, {}).setdefault("ConsumerGroupId", uuid)
    if request[config_name].get("ConsumptionMode") == "Stream":
        del request[config_name]["ConsumptionMode"]
    shared = queue_mode(request)
    if shared:
        for name in (*POSITION, "MaximumBatchingWindowInSeconds"):
            request.pop(name, None)
    if shared or "ProvisionedPollerConfig" not in request:
        for name, default in RETRIES.items():
            if request.get(name) == default:
                del request[name]


def canonical(value: Any) -> Any:
    """The value with every list in one order: AWS returns brokers, filters and types reordered."""
    if isinstance(value, Mapping):
        return {name: canonical(each) for name, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return sorted(map(canonical, value), key=lambda each: json.dumps(each, sort_keys=True))
    return value


def satisfies(config: Document, request: Document) -> bool:
    """Whether an existing mapping is what `request` would make, its position included.

    The State of a mapping in transition does not say yet whether it will be enabled, so its settings
    alone decide. The position of a Kafka mapping does not count: only a partition without an offset
    ever uses it. A setting that one of them does not name is what Lambda documents as its default.
    """
    left_out = {"Tags", *(() if config["State"] in SETTLED else ("Enabled",))}
    left_out |= {*POSITION} if kind_of(config) in KAFKA else set()
    asked, made = (
        {k: v for k, v in with_defaults(each, kind_of(config)).items() if k not in left_out}
        for each in (request, create_request(config, {}))
    )
    return bool(canonical(asked) == canonical(made))


def missing(uuid: str) -> Document:
    """What the verification finds of a mapping that is gone: it differs in its very UUID."""
    gone = {"UUID": {"before": uuid, "after": None}}
    return {"equal": False, "fields": [], "differences": gone}


def differences(
    before: Document, after: Document, leaving_out: Iterable[str] = ()
) -> dict[str, dict[str, Any]]:
    """The settings that differ between two dicts: `{name: {"before": …, "after": …}}`."""
    names = sorted((set(before) | set(after)) - set(leaving_out))
    old, new = canonical(pruned(before)), canonical(pruned(after))
    return {
        name: {"before": old.get(name), "after": new.get(name)}
        for name in names
        if old.get(name) != new.get(name)
    }
