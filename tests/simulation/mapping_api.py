"""The event source mapping API as AWS behaves: slow to delete, unique by key, lossy on the wire."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from snapback.faults.mappings.mapping import unqualified
from snapback.model.effects import Answer, Call
from tests.fakes.values import number_of, value_of
from tests.simulation.invariants import after_create, after_fault, at_create
from tests.simulation.source import Source, config, key_of_request, uuid_of
from tests.simulation.world import Flight, World

LANDS_WITHIN_SECONDS = 59
"""How long a request without an answer may still be under way; less than the quiet margin."""

CHANGING = ("DeleteEventSourceMapping", "CreateEventSourceMapping", "UpdateEventSourceMapping")
MAPPING_OPERATIONS = (
    *CHANGING, "GetEventSourceMapping", "ListEventSourceMappings", "ListTags",
)  # fmt: skip

_LOST = Answer(code="ReadTimeoutError", message="no answer", status=0)
_BUSY = Answer(code="TooManyRequestsException", message="Rate exceeded", status=429)
_GONE = Answer(code="ResourceNotFoundException", message="no such mapping", status=404)
_IN_USE = Answer(code="ResourceInUseException", message="it is in transition", status=400)


class Branch(NamedTuple):
    """One way an effect may go: what the actor hears, and the world it leaves."""

    note: str
    answer: Any
    world: World


def call(world: World, experiment_id: str, asked: Call) -> Iterator[Branch]:
    """Every way a request may go."""
    if asked.operation not in CHANGING:
        for note, answer in _read(world.mappings, asked.operation, number_of(dict(asked.params))):
            yield Branch(note, answer, world)
        return
    params = number_of(dict(asked.params))
    flight = Flight(experiment_id, asked.operation, params, world.now + LANDS_WITHIN_SECONDS)
    if asked.operation == "CreateEventSourceMapping":
        world = at_create(world, experiment_id, key_of_request(params))
    answer, after = land(world, flight)
    yield Branch("", answer, after)
    if world.refusals:
        yield Branch("", _BUSY, world._replace(refusals=world.refusals - 1))
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
    how = {CHANGING[0]: _delete, CHANGING[1]: _create, CHANGING[2]: _update}
    return how[flight.operation](world, flight)


def _delete(world: World, flight: Flight) -> tuple[Answer, World]:
    found = world.mapping(value_of(flight.params)["UUID"])
    if found is None:
        return _GONE, world
    if not found.settled:
        return _IN_USE, world
    after = world.with_mapping(found._replace(state=f"Stale{found.state}"), old=found)
    return _answer(found), after_fault(after, flight.experiment_id, found)


def _update(world: World, flight: Flight) -> tuple[Answer, World]:
    asked = value_of(flight.params)
    found = world.mapping(asked["UUID"])
    if found is None:
        return _GONE, world
    if not found.settled:
        return _IN_USE, world
    if (found.state == "Enabled") == asked["Enabled"]:
        return _answer(found), world
    new = found._replace(state="Enabling" if asked["Enabled"] else "Disabling")
    after = world.with_mapping(new, old=found)
    if not asked["Enabled"]:
        after = after_fault(after, flight.experiment_id, found)
    return _answer(new), after


def _create(world: World, flight: Flight) -> tuple[Answer, World]:
    key = key_of_request(flight.params)
    taken = next((each for each in world.mappings if each.key == key), None)
    if taken:
        return _conflict(taken.uuid), world
    enabled = value_of(flight.params).get("Enabled", True)
    state = "Enabled" if enabled else "Disabled"
    new = Source(uuid_of(world.made + 1), state, flight.params)
    return _answer(new), after_create(world._replace(made=world.made + 1).with_mapping(new))


@cache
def _answer(source: Source) -> Answer:
    return Answer(body=config(source))


@cache
def _conflict(uuid: str) -> Answer:
    message = f"The event source mapping with UUID {uuid} already exists."
    return Answer(code="ResourceConflictException", message=message, status=409)


@cache
def _read(mappings: tuple[Source, ...], operation: str, params: int) -> list[tuple[str, Answer]]:
    world, asked = World(mappings=mappings), value_of(params)
    if operation == "GetEventSourceMapping":
        return _get(world.mapping(asked["UUID"]))
    if operation == "ListEventSourceMappings":
        return [("", Answer(body={"EventSourceMappings": _list(mappings, asked)}))]
    assert operation == "ListTags"
    found = world.mapping(asked["Resource"].rsplit(":", 1)[1])
    if found is None:
        return [("", _GONE)]
    return [("", Answer(body={"Tags": value_of(found.settings).get("Tags", {})}))]


def _get(found: Source | None) -> list[tuple[str, Answer]]:
    """Soon after a delete a read may still answer what was there before."""
    if found is None:
        return [("", _GONE)]
    answers = [("", _answer(found.shown))]
    if found.before:
        answers.append(("a stale answer", _answer(found._replace(state=found.before))))
    return answers


def _list(mappings: tuple[Source, ...], asked: dict[str, str]) -> list[dict[str, Any]]:
    configs = [config(each.shown) for each in mappings]
    if "EventSourceArn" in asked:
        return [each for each in configs if each["EventSourceArn"] == asked["EventSourceArn"]]
    name = asked.get("FunctionName")
    if name is None:
        return configs
    return [each for each in configs if unqualified(each["FunctionArn"]) == name]


def progress(world: World) -> Iterator[tuple[str, World]]:
    """What the service does by itself: a deleted mapping is seen to be, and then is gone."""
    for each in world.mappings:
        if each.state.startswith("Stale"):
            deleting = each._replace(state="Deleting")
            yield f"every read sees {each.uuid[:8]} Deleting", world.with_mapping(deleting, each)
        elif each.state == "Deleting":
            yield f"mapping {each.uuid[:8]} is gone", world.with_mapping(None, each)
        elif each.state in ("Enabling", "Disabling"):
            settled = each._replace(state=each.state.replace("ing", "ed"))
            yield f"mapping {each.uuid[:8]} is {settled.state}", world.with_mapping(settled, each)
