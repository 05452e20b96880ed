"""The APIs of mappings and switches in every way a request may go: late, lossy on the wire, turned away."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from snapback.model.effects import Answer, Call
from tests.fakes import mappings, requests
from tests.fakes.mappings import (
    CHANGING,
    CREATE,
    LIST,
    Source,
    Sources,
    key_of_request,
    moved_on,
    replaced,
)
from tests.fakes.switch.api import GET, GET_VERSION, SET
from tests.fakes.values import number_of, value_of
from tests.simulation import switches
from tests.simulation.invariants import after_create, after_fault, after_flip, at_create, is_fault
from tests.simulation.world import Flight, World

LANDS_WITHIN_SECONDS = 59
"""How long a request without an answer may still be under way; less than the quiet margin."""

_LOST = Answer(code="ReadTimeoutError", message="no answer", status=0)
_ACCEPTED = Answer()
_DENIED = Answer(code="AccessDenied", message="not now", status=403)
_BUSY = Answer(code="TooManyRequestsException", message="Rate exceeded", status=429)


class Branch(NamedTuple):
    """One way an effect may go: what the actor hears, and the world it leaves."""

    note: str
    answer: Any
    world: World


def call(world: World, experiment_id: str, asked: Call) -> Iterator[Branch]:
    """Every way a request may go."""
    params = number_of(dict(asked.params))
    if asked.operation in (GET, GET_VERSION):
        yield Branch("", switches.read(world.switches, asked.operation, params), world)
        return
    if asked.operation not in (*CHANGING, SET):
        for note, answer in _read(world.mappings, asked.operation, params):
            yield Branch(note, answer, world)
        return
    flight = Flight(experiment_id, asked.operation, params, world.now + LANDS_WITHIN_SECONDS)
    if asked.operation == CREATE:
        world = at_create(world, experiment_id, key_of_request(params))
    answer, after = land(world, flight)
    yield Branch("", answer, after)
    if world.refusals:
        refused = world._replace(refusals=world.refusals - 1)
        yield Branch("", _BUSY, refused)
        if asked.operation == SET:
            yield Branch("", _DENIED, refused)
    if world.losses:
        left = world.losses - 1
        if answer.done:
            note = "it took effect, but the answer is lost"
            yield Branch(note, _LOST, after._replace(losses=left))
        under_way = tuple(sorted((*world.flights, flight)))
        late = world._replace(losses=left, flights=under_way)
        yield Branch("no answer, and the request is still under way", _LOST, late)


def land(world: World, flight: Flight) -> tuple[Answer, World]:
    """A request takes effect: its answer, and the world after it."""
    asked, by = value_of(flight.params), flight.experiment_id
    fault = is_fault(flight.operation, asked)
    if flight.operation == SET:
        before = switches.find(world.switches, asked["Name"])
        after = world._replace(switches=switches.change(world.switches, asked))
        return _ACCEPTED, after_flip(after, by, before, asked) if fault else after
    uuid = mappings.uuid_of(world.made + 1)
    answer, left = _change(world.mappings, flight.operation, flight.params, uuid, world.now)
    after = world._replace(mappings=left)
    if not answer.done or left == world.mappings:
        return answer, world
    if flight.operation == CREATE:
        after = after_create(after._replace(made=world.made + 1))
    elif fault:
        broken = world.mapping(asked["UUID"])
        assert broken
        after = after_fault(after, by, made(broken))
    return answer, after


@cache
def _change(
    sources: Sources, operation: str, params: int, uuid: str, now: float
) -> tuple[Answer, Sources]:
    """Whoever changes a mapping has read before that it is made.

    That one which is enabled again shows no late Disabled is assumed here.
    """
    asked = value_of(params)
    requests.check("lambda", operation, asked)
    found = mappings.find(sources, asked.get("UUID", ""))
    if found:
        sources = replaced(sources, found, made(found))
    answer, after = mappings.change(sources, operation, asked, uuid, now)
    return answer, tuple(
        each._replace(before="") if each.state == "Enabling" else each for each in after
    )


@cache
def _read(sources: Sources, operation: str, params: int) -> list[tuple[str, Answer]]:
    """A read of a mapping may find it made or not yet, and soon after a change as it was before.

    So may a list, which shows a new mapping late, too.
    """
    asked = value_of(params)
    requests.check("lambda", operation, asked)
    if operation == LIST:
        old = tuple(each.late for each in sources if each.state != "Creating")
        seen_by_lists = {sources: "", old: "a list that lags behind"}
        return [
            (note, mappings.read(each, operation, asked)) for each, note in seen_by_lists.items()
        ]
    found = mappings.find(sources, asked.get("UUID", ""))
    if not found:
        return [("", mappings.read(sources, operation, asked))]
    seen = {made(found): "", found: "", found.late: "a stale answer"}
    return [(note if each != found else "", mappings.answered(each)) for each, note in seen.items()]


def made(source: Source) -> Source:
    """A mapping that is Creating once it is made.

    When that is, only who reads it sees: as a step of its own it would double the schedules.
    """
    return (moved_on(source) or source) if source.state == "Creating" else source


def progress(world: World) -> Iterator[tuple[str, World]]:
    """What the service does by itself: a change is seen by every read, and comes to its end."""
    for what, after in switches.progress(world.switches):
        yield what, world._replace(switches=after)
    for each in world.mappings:
        if each.before and not each.live:
            seen = each._replace(before="")
            yield f"every read sees {each.uuid[:8]} Deleting", world.with_mapping(seen, each)
        elif not made(each).settled:
            ended = moved_on(each)
            what = ended.state if ended else "gone"
            yield f"mapping {each.uuid[:8]} is {what}", world.with_mapping(ended, each)
