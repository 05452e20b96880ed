"""An event source mapping as the model keeps it, and as AWS would describe it."""

from functools import cache
from typing import Any, NamedTuple

from snapback.faults.mappings.mapping import create_request, differences, key_of, own_tags
from tests.fakes.values import number_of, value_of

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:consumer"
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/"


class Source(NamedTuple):
    """One mapping: `settings` is the number of the request that made it.

    Besides the states AWS shows, StaleEnabled and StaleDisabled are the first moments of a delete:
    a read may still answer what was there before, as it may while it is Disabling.
    """

    uuid: str
    state: str
    settings: int
    by_hand: bool = False

    @property
    def settled(self) -> bool:
        """Whether it is not in transition."""
        return self.state in ("Enabled", "Disabled")

    @property
    def live(self) -> bool:
        """Whether it exists and stays."""
        return self.settled or self.state in ("Enabling", "Disabling")

    @property
    def shown(self) -> "Source":
        """It as a fresh read shows it."""
        return self._replace(state="Deleting") if self.state.startswith("Stale") else self

    @property
    def before(self) -> str:
        """The state that a stale read shows, or an empty string."""
        if self.state.startswith("Stale"):
            return self.state.removeprefix("Stale")
        return "Enabled" if self.state == "Disabling" else ""

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
