"""The event source mapping API over the wire, on a clock: slow to delete, and seen late by readers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from snapback.faults.mappings.mapping import key_of
from snapback.model.effects import Answer, Document
from tests.fakes import mappings
from tests.fakes.mappings import (
    CHANGING,
    CREATE,
    DELETE,
    LIST,
    Source,
    Sources,
    described,
    tags_of,
    uuid_of,
)
from tests.fakes.values import number_of
from tests.fakes.wire import Response, ok, refusal

STALE_SECONDS = 0.6
"""How long reads after a change still answer the old state."""
LISTS_LAG_SECONDS = 3.0
"""How long lists do, and leave out a new mapping; AWS documents no bound."""
LONG_AGO = 86_400

_UNDOCUMENTED = {"PartialBatchResponse": False}

_PATH = "/2015-03-31/event-source-mappings/"
_TAGS = "/2017-03-31/tags/"

type Span = tuple[float, float]
"""The least and the most seconds that something takes."""


@dataclass(frozen=True)
class Transitions:
    """How long a mapping is in transition: drawn evenly, by a seed, for each change."""

    deleting: Span = (8.0, 8.0)
    settling: Span = (5.0, 5.0)
    seed: int = 11


@dataclass
class MappingApi:
    """All mappings of the account, and when each was deleted: `deleted[uuid]` is epoch seconds."""

    clock: Callable[[], float]
    transitions: Transitions = Transitions()
    deleted: dict[str, float] = field(default_factory=dict)
    made: int = 0
    changes: int = 0
    _all: dict[str, Source] = field(default_factory=dict)
    _made_at: dict[str, float] = field(default_factory=dict)
    _takes: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = Random(self.transitions.seed)  # noqa: S311  # a model, no secret

    def answer(self, operation: str, url: str, body: bytes) -> Response:
        """Answer one request, with its effect."""
        params = _params(url, body)
        if operation == LIST:
            return _response(mappings.read(self._listed(), operation, params))
        if operation not in CHANGING:
            seen = tuple(each.late for each in self._named(params))
            return _response(mappings.read(seen, operation, params))
        return _response(self._change(operation, params), 202)

    def make(self, asked: dict[str, Any]) -> Source:
        """A mapping that has been there for long."""
        self.made += 1
        state = "Enabled" if asked["Enabled"] else "Disabled"
        modified = self.clock() - LONG_AGO
        source = Source(uuid_of(self.made), state, number_of(asked), modified=modified)
        self._all[source.uuid] = source
        return source

    def find(self, uuid: str) -> Source | None:
        """A mapping as it is by now; None once it is gone."""
        source = self._all.get(uuid)
        seconds = self.clock() - source.modified if source else 0
        if source is None or seconds < STALE_SECONDS:
            return source
        if source.settled or seconds < self._takes[uuid]:
            return source._replace(before="") if source.before else source
        ended = mappings.moved_on(source)
        if ended is None:
            del self._all[uuid]
        return ended

    def set(self, uuid: str, state: str) -> None:
        """Put a mapping into a state, as if a call had just done so."""
        found = self.find(uuid)
        assert found is not None, uuid
        self._put(found._replace(state=state, modified=self.clock()))

    def _put(self, source: Source) -> None:
        self._all[source.uuid] = source
        self._takes[source.uuid] = self._drawn(source)

    def live(self) -> Sources:
        """The mappings that are there, each as it is by now."""
        return tuple(filter(None, map(self.find, [*self._all])))

    def _listed(self) -> Sources:
        """The mappings as a list shows them, which lags behind."""
        since = self.clock() - LISTS_LAG_SECONDS
        shown = [each for each in self.live() if self._made_at.get(each.uuid, -inf) <= since]
        changed = (self._all[each.uuid] for each in shown)
        recent = {each.uuid: each.late for each in changed if each.modified > since}
        return tuple(recent.get(each.uuid, each) for each in shown)

    def _named(self, params: Mapping[str, Any]) -> Sources:
        """The mapping that a request names, or all where it names none."""
        uuid = params.get("UUID") or params.get("Resource", "").rsplit(":", 1)[-1]
        if not uuid:
            return self.live()
        return tuple(filter(None, [self.find(uuid)]))

    def _change(self, operation: str, params: dict[str, Any]) -> Answer:
        before = self._with_key_of(params) if operation == CREATE else self._named(params)
        now = self.clock()
        answer, after = mappings.change(before, operation, params, uuid_of(self.made + 1), now)
        for each in after:
            if each not in before:
                self._made_at.setdefault(each.uuid, now)
                self._put(each._replace(modified=now))
        self.changes += answer.done
        self.made += len(after) - len(before)
        if answer.done and operation == DELETE:
            self.deleted[params["UUID"]] = now
        return answer

    def _with_key_of(self, params: Document) -> Sources:
        key = key_of({**params, "FunctionArn": params["FunctionName"]})
        return tuple(each for each in self.live() if each.key == key)

    def _drawn(self, source: Source) -> float:
        span = self.transitions.settling if source.live else self.transitions.deleting
        return self._random.uniform(*span)


def seen(source: Source) -> dict[str, Any]:
    """A mapping as a person would compare it."""
    return described(source) | {"Tags": tags_of(source)}


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
