"""Performs the domain's effects on a world, in every way they may go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from snapback.model.effects import Answer, Call, Change, Check, Fetch, Load, Wait, Write
from tests.fakes import mappings, requests, table
from tests.fakes.values import number_of, value_of
from tests.simulation import switches
from tests.simulation.invariants import after_write
from tests.simulation.mapping_api import Branch, call
from tests.simulation.world import World, write


@dataclass(frozen=True, slots=True)
class Alive:
    """Not the domain's: says until when the invocation that goes on from here can live."""

    until: float


NOT_READ = {
    **dict.fromkeys(("broken_at", "injected_at", "restored_at", "started_at", "closed_at"), 0),
    **dict.fromkeys(("restoring_since", "deadline", "captured_at", "in_force_at"), 0),
    "reason": "",
    "expires_at": 0,
    "failure": None,
}
"""What no decision of the protocol reads, but for the sweeper's deadline."""


def forget(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values without what nobody reads: fewer worlds are different."""
    return {name: NOT_READ.get(name, value) for name, value in values.items()}


def at_once(effect: Any) -> bool:
    """Whether an effect is taken together with the step before it.

    Nobody changes the tags of a UUID, and a deadline is not read here: nothing could come between.
    """
    if isinstance(effect, Write):
        return all(set(each.set) == {"deadline"} for each in effect.changes)
    return isinstance(effect, Call) and effect.operation == "ListTags"


def instantly(effect: Any) -> tuple[bool, Any]:
    """Whether an effect meets nothing that others share, and its answer."""
    match effect:
        case Wait() | Alive() | Check():
            return True, "" if isinstance(effect, Check) else None
        case Write() if all(_unread(each) for each in effect.changes):
            return True, True
        case Load() if effect.prefix == "sample#":
            return True, []
        case Fetch() if effect.key.sk == "warnings":
            return True, None
        case Call() if effect.operation not in (*mappings.OPERATIONS, *switches.OPERATIONS):
            _check(effect.service, effect.operation, number_of(effect.params))
            return True, _elsewhere(effect)
    return False, None


_UNREAD = ("sample#", "warnings", "report")


def _unread(change: Change) -> bool:
    """Whether no decision reads what a change is about, such as a sample, or when an item expires."""
    return change.key.sk.startswith(_UNREAD) or set(change.set) == {"expires_at"}


_SWITCHED_OFF = Answer(body={"Parameter": {"Value": "off"}})
_UNSEEN = Answer(code="AccessDenied", message="not part of the model", status=403)


@cache
def _check(service: str, operation: str, params: int) -> None:
    requests.check(service, operation, value_of(params))


def _elsewhere(asked: Call) -> Answer:
    """What other services answer: a switch that is off, a mapping that keeps up."""
    if asked.operation == "GetParameter":
        return _SWITCHED_OFF
    return _age(asked.params["EndTime"]) if asked.operation == "GetMetricData" else _UNSEEN


def _age(now: float) -> Answer:
    """A mapping that keeps up, measured a minute ago: requests made at other times differ."""
    measured = {"Id": "m0", "Timestamps": [now - 60], "Values": [0.0]}
    return Answer(body={"MetricDataResults": [measured]})


def perform(world: World, experiment_id: str, effect: Any) -> Iterator[Branch]:
    """Every way an effect may go."""
    match effect:
        case Write():
            made, after = write(world, effect, forget)
            yield Branch("", made, after_write(world, after) if made else world)
        case Fetch():
            yield Branch("", world.item(effect.key), world)
        case Load():
            yield Branch("", _loaded(tuple(table.load(dict(world.table), effect))), world)
        case Call():
            yield from call(world, experiment_id, effect)
        case Wait():
            yield Branch("", None, world._replace(now=world.now + effect.seconds))
        case _:
            raise NotImplementedError(effect)


@cache
def _loaded(numbers: tuple[int, ...]) -> list[Any]:
    return [value_of(number) for number in numbers]
