"""The event source mapping API over the wire, on a clock: slow to delete, and seen late by readers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from snapback.model.effects import Answer, Document
from tests.fakes import mappings
from tests.fakes.mappings import CHANGING, DELETE, Source, Sources, described, tags_of, uuid_of
from tests.fakes.values import number_of
from tests.fakes.wire import Response, ok, refusal

STALE_SECONDS = 0.6
"""How long reads after a change still answer the old state."""
DELETING_SECONDS = 8.0
SETTLING_SECONDS = 5.0
LONG_AGO = 86_400

_UNDOCUMENTED = {"PartialBatchResponse": False}

_PATH = "/2015-03-31/event-source-mappings/"
_TAGS = "/2017-03-31/tags/"


@dataclass
class MappingApi:
    """All mappings of the account, and when each was deleted: `deleted[uuid]` is epoch seconds."""

    clock: Callable[[], float]
    deleted: dict[str, float] = field(default_factory=dict)
    made: int = 0
    changes: int = 0
    _changed: Sources = ()

    def answer(self, operation: str, url: str, body: bytes) -> Response:
        """Answer one request, with its effect."""
        params, live = _params(url, body), self.live()
        if operation not in CHANGING:
            seen = tuple(each.late for each in live)
            return _response(mappings.read(seen, operation, params))
        now, uuid = self.clock(), uuid_of(self.made + 1)
        answer, after = mappings.change(live, operation, params, uuid, now)
        self._changed = tuple(
            each if each in live else each._replace(modified=now) for each in after
        )
        self.changes += answer.done
        self.made += len(after) - len(live)
        if answer.done and operation == DELETE:
            self.deleted[params["UUID"]] = now
        return _response(answer, 202)

    def make(self, asked: dict[str, Any]) -> str:
        """A mapping that has been there for long; answers its UUID."""
        self.made += 1
        state = "Enabled" if asked["Enabled"] else "Disabled"
        modified = self.clock() - LONG_AGO
        source = Source(uuid_of(self.made), state, number_of(asked), modified=modified)
        self._changed = mappings.replaced(self._changed, None, source)
        return source.uuid

    def set(self, uuid: str, state: str) -> None:
        """Put a mapping into a state, as if a call had just done so."""
        found = mappings.find(self.live(), uuid)
        assert found is not None, uuid
        new = found._replace(state=state, modified=self.clock())
        self._changed = mappings.replaced(self.live(), found, new)

    def live(self) -> Sources:
        """The mappings that are there, each as it is by now."""
        found = (_by_now(each, self.clock() - each.modified) for each in self._changed)
        return tuple(each for each in found if each)


def seen(source: Source) -> dict[str, Any]:
    """A mapping as a person would compare it."""
    return described(source) | {"Tags": tags_of(source)}


def _by_now(source: Source, seconds: float) -> Source | None:
    """A mapping so long after the call that changed it; None once it is gone."""
    if seconds < STALE_SECONDS:
        return source
    settles = SETTLING_SECONDS if source.live else DELETING_SECONDS
    if source.settled or seconds < settles:
        return source._replace(before="")
    return mappings.moved_on(source)


def _params(url: str, body: bytes) -> dict[str, Any]:
    parts = urlsplit(url)
    path, query = unquote(parts.path), parse_qs(parts.query)
    params = json.loads(body or b"{}") | {name: values[0] for name, values in query.items()}
    if path.startswith(_TAGS):
        return {**params, "Resource": path.removeprefix(_TAGS)}
    uuid = path.removeprefix(_PATH).strip("/")
    return {**params, "UUID": uuid} if path.startswith(_PATH) and uuid else params


def _raw(body: Document) -> dict[str, Any]:
    """A body as it is on the wire: each mapping in it has a member that botocore lacks."""
    listed = [{**each, **_UNDOCUMENTED} for each in body.get("EventSourceMappings", ())]
    if "UUID" in body:
        return {**body, **_UNDOCUMENTED}
    return {**body, "EventSourceMappings": listed} if listed else dict(body)


def _response(answer: Answer, status: int = 200) -> Response:
    if answer.done:
        return ok(_raw(answer.body), status)
    return refusal("lambda", answer.status, answer.code, answer.message)
