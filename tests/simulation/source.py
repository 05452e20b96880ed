"""The mappings that a scenario begins with, and whether one is still as it was."""

from collections.abc import Mapping
from typing import Any

from snapback.faults.mappings.defaults import with_defaults
from snapback.faults.mappings.mapping import create_request, differences, own_tags
from snapback.workload.sources import kind_of
from tests.fakes.mappings import ARN, Source, described, tags_of, uuid_of
from tests.fakes.values import number_of

FUNCTION = f"{ARN}function:consumer"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/"


def original(number: int, stream: str = "orders") -> Source:
    """An enabled mapping as its owner made it long ago: it does not show every default."""
    request = {
        "EventSourceArn": STREAM + stream,
        "FunctionName": FUNCTION,
        "StartingPosition": "LATEST",
        "Tags": {"team": "shop"},
    }
    return Source(uuid_of(number), "Enabled", number_of(request), progress="OK")


def differs(was: Source, stands: Source) -> bool:
    """Whether more than the identity and the position of a mapping is different."""
    changed = differences(_settings(was), _settings(stands))
    return bool(set(changed) - {"StartingPosition", "StartingPositionTimestamp"})


def _settings(source: Source) -> Mapping[str, Any]:
    config = described(source)
    return with_defaults(create_request(config, own_tags(tags_of(source))), kind_of(config))
