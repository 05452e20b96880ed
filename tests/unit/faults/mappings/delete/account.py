"""An account in which the mapping of a queue was deleted, or is going to be."""

from typing import Any

from snapback.faults.mappings.mapping import create_request
from snapback.model.records import Target
from tests.unit.faults.mappings import targets
from tests.unit.faults.mappings.targets import NEW_UUID
from tests.unit.samples import CONFIGS, UUID

CONFIG = CONFIGS["sqs"]
NEW = CONFIG | {"UUID": NEW_UUID}
TAGS = {"team": "a", "aws:cloudformation:stack-name": "shop"}


def target(config: dict[str, Any] = CONFIG, **changes: Any) -> Target:
    """The mapping as it was captured, with the request that makes it again."""
    undo = changes.pop("undo", create_request(config, TAGS))
    return targets.target(config, undo, **({"tags": TAGS} | changes))


def account(old: Any, listed: list[Any] = (), new: Any = NEW, **given: Any) -> dict[str, Any]:  # type: ignore[assignment]
    """The old mapping, what else reads the source, and the new mapping where a list lacks it."""
    there = [old] if isinstance(old, dict) else []
    return {
        "GetEventSourceMapping": lambda params: old if params["UUID"] == UUID else new,
        "ListEventSourceMappings": {"EventSourceMappings": [*there, *listed]},
        "ListTags": {"Tags": {"team": "a"}},
        "CreateEventSourceMapping": {"UUID": NEW_UUID},
        **given,
    }
