"""An event source mapping as the model keeps it, and as AWS would describe it."""

from functools import cache
from typing import Any, NamedTuple

from snapback.mappings import create_request, differences, key_of, own_tags
from tests.simulation.values import number_of, value_of

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:consumer"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/"


class Source(NamedTuple):
    """One mapping: `settings` is the number of the request that made it.

    Its state is Enabled, Disabled or Deleting, or StaleEnabled or StaleDisabled: it is being
    deleted, and a read may still answer what was there before.
    """

    uuid: str
    state: str
    settings: int
    by_hand: bool = False

    @property
    def live(self) -> bool:
        """Whether it reads its source."""
        return self.state in ("Enabled", "Disabled")

    @property
    def key(self) -> str:
        """What AWS lets exist only once."""
        return key_of_request(self.settings)


def uuid_of(number: int) -> str:
    """The UUID of the n-th mapping ever made."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def original(number: int, stream: str = "orders") -> Source:
    """An enabled mapping as its owner made it long ago."""
    request = {
        "EventSourceArn": STREAM + stream,
        "FunctionName": FUNCTION,
        "StartingPosition": "LATEST",
        "BatchSize": 100,
        "Tags": {"team": "shop"},
    }
    return Source(uuid_of(number), "Enabled", number_of(request))


@cache
def config(source: Source) -> dict[str, Any]:
    """What GetEventSourceMapping answers of it."""
    request = value_of(source.settings)
    settings = {k: v for k, v in request.items() if k not in ("Tags", "Enabled", "FunctionName")}
    return {
        **settings,
        "UUID": source.uuid,
        "EventSourceMappingArn": f"arn:aws:lambda:mapping:{source.uuid}",
        "FunctionArn": request["FunctionName"],
        "State": source.state,
        "LastModified": -9000,
        "LastProcessingResult": "OK",
    }


@cache
def key_of_request(number: int) -> str:
    """The key of the mapping that a request makes."""
    request = value_of(number)
    return key_of({**request, "FunctionArn": request["FunctionName"]})


def differs(was: Source, stands: Source) -> bool:
    """Whether more than the identity and the position of a mapping is different."""
    changed = differences(_settings(was), _settings(stands))
    return bool(set(changed) - {"StartingPosition", "StartingPositionTimestamp"})


def _settings(source: Source) -> dict[str, Any]:
    tags = own_tags(value_of(source.settings).get("Tags", {}))
    return create_request(config(source), tags)
