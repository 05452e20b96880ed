"""The event source mapping API: unique by key, slow to delete, and seen late by readers.

What a mapping is made of and how it moves is as AWS was observed to behave: a read just after a
change may still answer the old state, a deleted mapping is `Deleting` for seconds, and one that is
in transition can be neither changed nor deleted.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from snapback.faults.mappings.mapping import unqualified

PATH = "/2015-03-31/event-source-mappings"
TAGS = "/2017-03-31/tags/"
ARN = "arn:aws:lambda:eu-west-1:123456789012:"
STALE_SECONDS = 0.6
"""How long reads after a change still answer the old state."""
DELETING_SECONDS = 8.0
SETTLING_SECONDS = 5.0

_EVERY: Mapping[str, Any] = {"MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}
_STREAM: Mapping[str, Any] = {
    "BisectBatchOnFunctionError": False,
    "DestinationConfig": {"OnFailure": {}},
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "ParallelizationFactor": 1,
    "TumblingWindowInSeconds": 0,
    "LastProcessingResult": "No records processed",
}

type Response = tuple[int, dict[str, str], str]


@dataclass(eq=False)
class Source:
    """One mapping: its settings, and since when it has been in each state."""

    uuid: str
    config: dict[str, Any]
    tags: dict[str, str]
    states: list[tuple[float, str]]

    def state(self, now: float) -> str:
        """Where it really is; empty once it is gone."""
        return [state for since, state in self.states if since <= now][-1]

    def shown(self, now: float) -> str:
        """What a read answers."""
        return self.state(max(now - STALE_SECONDS, self.states[0][0]))

    @property
    def key(self) -> tuple[str, str]:
        """What may exist only once."""
        return (self.config["EventSourceArn"], self.config["FunctionArn"])


@dataclass
class MappingApi:
    """All mappings of the account, and when each was deleted: `deleted[uuid]` is epoch seconds."""

    clock: Callable[[], float]
    sources: dict[str, Source] = field(default_factory=dict)
    deleted: dict[str, float] = field(default_factory=dict)
    made: int = 0
    changes: int = 0

    def answers(self, url: str) -> bool:
        """Whether a request is about a mapping."""
        path = unquote(urlsplit(url).path)
        return path.startswith(PATH) or ":event-source-mapping:" in path

    def answer(self, method: str, url: str, body: bytes) -> Response:
        """Answer one request, with its effect."""
        parts = urlsplit(url)
        path, query = unquote(parts.path), parse_qs(parts.query)
        if path.startswith(TAGS):
            return self._tags(path.rsplit(":", 1)[1])
        uuid = path.removeprefix(PATH).strip("/")
        asked = json.loads(body or b"{}")
        if not uuid:
            return self._create(asked) if method == "POST" else self._list(query)
        found = self.sources.get(uuid)
        if found is None or not found.state(self.clock()):
            return _error(404, "ResourceNotFoundException", "The resource does not exist.")
        change = {"DELETE": self._delete, "PUT": self._update}.get(method)
        if change is None:
            shown = found.shown(self.clock())
            return _ok(self._config(found, shown))
        if found.state(self.clock()) not in ("Enabled", "Disabled"):
            return _error(400, "ResourceInUseException", "The mapping is in use.")
        self.changes += 1
        return change(found, asked)

    def make(self, asked: dict[str, Any]) -> str:
        """A mapping that has been there for long; answers its UUID."""
        state = "Enabled" if asked["Enabled"] else "Disabled"
        return self._add(asked, [(self.clock() - 86_400, state)]).uuid

    def live(self) -> list[Source]:
        """The mappings that are there."""
        return [each for each in self.sources.values() if each.state(self.clock())]

    def seen(self, source: Source) -> dict[str, Any]:
        """A mapping as a person would compare it, with its real state."""
        return self._config(source, source.state(self.clock())) | {"Tags": source.tags}

    def _create(self, asked: dict[str, Any]) -> Response:
        name = asked["FunctionName"]
        function = name if name.startswith("arn:") else f"{ARN}function:{name}"
        source = asked["EventSourceArn"]
        if asked.get("StartingPositionTimestamp", 0) > self.clock():
            return _error(400, "InvalidParameterValueException", "The position is in the future.")
        for each in self.live():
            if each.key == (source, function):
                message = f"The mapping already exists. UUID {each.uuid}"
                return _error(409, "ResourceConflictException", message)
        self.changes += 1
        now = self.clock()
        settling = [(now, "Creating"), (now + SETTLING_SECONDS, "Enabled")]
        states = settling if asked.get("Enabled", True) else [(now, "Disabled")]
        made = self._add({**asked, "FunctionName": function}, states)
        return _ok(self._config(made, made.state(now)), HTTPStatus.ACCEPTED)

    def _add(self, asked: dict[str, Any], states: list[tuple[float, str]]) -> Source:
        self.made += 1
        uuid = f"{self.made:08d}-0000-4000-8000-000000000000"
        defaults = _EVERY if ":sqs:" in asked["EventSourceArn"] else {**_EVERY, **_STREAM}
        derived = ("FunctionName", "Enabled", "Tags")
        kept = {name: value for name, value in asked.items() if name not in derived}
        config = {**defaults, **kept, "FunctionArn": asked["FunctionName"]}
        self.sources[uuid] = Source(uuid, config, asked.get("Tags", {}), states)
        return self.sources[uuid]

    def _delete(self, found: Source, _: dict[str, Any]) -> Response:
        now = self.clock()
        self.deleted[found.uuid] = now
        found.states += [(now, "Deleting"), (now + DELETING_SECONDS, "")]
        return _ok(self._config(found, "Deleting"), HTTPStatus.ACCEPTED)

    def _update(self, found: Source, asked: dict[str, Any]) -> Response:
        now, before = self.clock(), found.state(self.clock())
        enabled = asked.pop("Enabled", before == "Enabled")
        found.config.update(asked)
        after = "Enabled" if enabled else "Disabled"
        if after != before:
            moving = "Enabling" if enabled else "Disabling"
            found.states += [(now, moving), (now + SETTLING_SECONDS, after)]
        return _ok(self._config(found, found.state(now)), HTTPStatus.ACCEPTED)

    def _list(self, query: dict[str, list[str]]) -> Response:
        [source], [function] = query.get("EventSourceArn", [""]), query.get("FunctionName", [""])
        now = self.clock()
        found = [
            self._config(each, each.shown(now))
            for each in self.live()
            if not source or each.config["EventSourceArn"] == source
            if unqualified(each.config["FunctionArn"]).endswith(function)
        ]
        return _ok({"EventSourceMappings": found})

    def _tags(self, uuid: str) -> Response:
        found = self.sources.get(uuid)
        if found is None or not found.state(self.clock()):
            return _error(404, "ResourceNotFoundException", "Event source mapping not found.")
        return _ok({"Tags": found.tags})

    def _config(self, source: Source, state: str) -> dict[str, Any]:
        return source.config | {
            "UUID": source.uuid,
            "EventSourceMappingArn": f"{ARN}event-source-mapping:{source.uuid}",
            "LastModified": source.states[-1][0],
            "State": state,
            "StateTransitionReason": "USER_INITIATED",
        }


def _ok(body: dict[str, Any], status: int = 200) -> Response:
    return status, {"Content-Type": "application/json"}, json.dumps(body)


def _error(status: int, code: str, message: str) -> Response:
    return status, {"x-amzn-errortype": code}, json.dumps({"Type": "User", "message": message})
