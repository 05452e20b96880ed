"""The request that makes a mapping again, as a careful author of a script writes it."""

from collections.abc import Mapping
from typing import Any

_NOT_ACCEPTED = {
    "UUID", "EventSourceMappingArn", "FunctionArn", "LastModified", "LastProcessingResult", "State",
    "StateTransitionReason", "ResponseMetadata",
}  # fmt: skip


def request_of(config: Mapping[str, Any], tags: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Every setting that a configuration shows, and tags if they were read."""
    kept = {name: value for name, value in config.items() if name not in _NOT_ACCEPTED}
    request = {name: value for name, value in kept.items() if value not in (None, "", [], {})}
    request |= {"FunctionName": config["FunctionArn"], "Enabled": config["State"] == "Enabled"}
    return request | ({"Tags": dict(tags)} if tags else {})
