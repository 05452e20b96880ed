"""A scenario and its next steps: who takes one, what goes wrong, when time passes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from snapback.model.records import TOUCHED
from tests.fakes.mappings import Source
from tests.fakes.values import value_of
from tests.simulation.actor import Local, Locals, Program
from tests.simulation.invariants import in_time
from tests.simulation.mapping_api import land, progress
from tests.simulation.outside import at_once, perform
from tests.simulation.world import Table, World

Standing = Local | str | None
"""An actor's own state; None before it starts, a word once it was killed."""


class State(NamedTuple):
    """One moment of a schedule."""

    world: World
    actors: tuple[Standing, ...]


type Starts = Callable[["Cast", State], bool]


@dataclass(frozen=True, slots=True)
class Actor:
    """One invocation: what it does, for which experiment, and what must be true before it starts."""

    name: str
    experiment_id: str
    program: Program
    starts: Starts = lambda _cast, _state: True
    mortal: bool = True
    punctual: bool = False


class Step(NamedTuple):
    """What happened between two moments: who did what, and the answer."""

    who: str
    what: Any
    note: str = ""
    answer: Any = None


type Next = tuple[Step, State]

Act = Callable[[World], World | None]
"""Something a person does, or None where it is not possible."""


class Cast:
    """The actors of a scenario, the mappings at the start, and what a person may do.

    What may happen in a world depends on who takes the turn, and not on how all others stand. So it
    is found once for each world, and equal worlds are one; but not where states are not merged:
    there hardly any world is met twice.
    """

    def __init__(
        self,
        actors: Sequence[Actor],
        start: World,
        before: Sequence[Source],
        acts: dict[str, Act] | None = None,
        *,
        merged: bool = True,
    ) -> None:
        self.actors = tuple(actors)
        self.locals = [Locals(each.program, merged, each.punctual) for each in actors]
        self.acts = acts or {}
        self.before = tuple(before)
        self.merged = merged
        self._worlds: dict[World, World] = {}
        self._found: dict[Any, Any] = {}
        self.start = State(self._one(start), (None,) * len(self.actors))

    def standing(self, state: State, name: str) -> Standing:
        """How one actor stands."""
        return state.actors[next(i for i, each in enumerate(self.actors) if each.name == name)]

    def ended(self, state: State, name: str, how: str = "") -> bool:
        """Whether an actor is through, and so."""
        standing = self.standing(state, name)
        outcome = standing.outcome if isinstance(standing, Local) else (standing or "")
        return bool(outcome) and outcome.startswith(how)

    def movers(self, state: State) -> list[Iterator[Next]]:
        """Who may take the next turn: each actor, Lambda, a person and time; each with all its ways."""
        actors = [self._act(state, *each) for each in enumerate(self.actors)]
        return [*actors, self._lambda(state), self._interfere(state), self._wait(state)]

    def successors(self, state: State) -> Iterator[Next]:
        """Everything that may happen next."""
        return chain.from_iterable(self.movers(state))

    def _one(self, world: World) -> World:
        """The one world that equals this one."""
        return self._worlds.setdefault(world, world) if self.merged else world

    def _once[T](self, what: Callable[..., Iterable[T]], world: World, *more: Any) -> Iterable[T]:
        """What is found in a world; `more` are values that are told apart by their identity."""
        if not self.merged:
            return what(world, *more)
        key = (what.__name__, id(world), *more)
        if key not in self._found:
            self._found[key] = tuple(what(world, *more))
        found: tuple[T, ...] = self._found[key]
        return found

    def _lambda(self, state: State) -> Iterator[Next]:
        for step, after in self._once(self._progress, state.world):
            yield step, state._replace(world=after)

    def _progress(self, world: World) -> Iterator[tuple[Step, World]]:
        for what, after in progress(world):
            yield Step("Lambda", what), self._one(after)
        for flight in world.flights:
            left = tuple(each for each in world.flights if each != flight)
            answer, after = land(world._replace(flights=left), flight)
            step = Step("Lambda", f"a late {flight.operation} arrives", answer=answer)
            yield step, self._one(after)

    def _act(self, state: State, index: int, actor: Actor) -> Iterator[Next]:
        local, world = state.actors[index], state.world
        if local is None and actor.starts(self, state):
            local = self.locals[index].start(world.now)
        if not isinstance(local, Local) or local.effect is None:
            return
        for step, after, standing in self._once(self._ways, world, index, local):
            yield step, _with(after, state.actors, index, standing)
        if world.kills and actor.mortal and state.actors[index] is not None:
            killed = self._one(world._replace(kills=world.kills - 1))
            yield Step(actor.name, "is killed"), _with(killed, state.actors, index, "killed")

    def _ways(self, world: World, index: int, local: Local) -> Iterator[tuple[Step, World, Local]]:
        """Every way in which an actor's next step may go."""
        actor, locals_ = self.actors[index], self.locals[index]
        asked = in_time(world, local.effect, local.until)
        for branch in perform(asked, actor.experiment_id, local.effect):
            step = Step(actor.name, local.effect, branch.note, branch.answer)
            standing = locals_.next(local, branch.answer, branch.world.now)
            after = branch.world
            while standing.effect is not None and at_once(standing.effect):
                quiet = next(perform(after, "", standing.effect))
                standing = locals_.next(standing, quiet.answer, after.now)
            yield step, self._one(after), standing

    def _interfere(self, state: State) -> Iterator[Next]:
        for step, after in self._once(self._deeds, state.world):
            yield step, state._replace(world=after)

    def _deeds(self, world: World) -> Iterator[tuple[Step, World]]:
        if world.acts:
            return
        for what, act in self.acts.items():
            after = act(world)
            if after is not None:
                yield Step("a person", what), self._one(after._replace(acts=(what,)))

    def _wait(self, state: State) -> Iterator[Next]:
        """Time passes until the next moment that means something to anyone."""
        world = state.world
        ends = [each.until for each in state.actors if isinstance(each, Local) and each.until]
        moments = (*ends, *self._once(_moments, world))
        later = [each for each in moments if world.now < each < float("inf")]
        if not later:
            return
        now = min(later)
        for index, local in enumerate(state.actors):
            if isinstance(local, Local) and local.running and (local.until or now + 1) <= now:
                if not self.actors[index].mortal:
                    return
                state = _with(world, state.actors, index, "ended by its time-out")
        for after in self._once(self._passed, world, now):
            yield Step("time", f"passes to {now:.0f} s"), state._replace(world=after)

    def _passed(self, world: World, now: float) -> Iterator[World]:
        seen = tuple(each if each.live else each._replace(before="") for each in world.mappings)
        flights = tuple(each for each in world.flights if each.until >= now)
        yield self._one(world._replace(now=now, flights=flights, mappings=seen))


def _moments(world: World) -> Iterator[float]:
    """When requests that are under way, or of those who are announced, can no longer land."""
    yield from _quiet_moments(world.table)
    yield from (each.until + 1 for each in world.flights)


@cache
def _quiet_moments(table: Table) -> tuple[float, ...]:
    items = [(key.sk, value_of(number)) for key, number in table]
    waited = (item for sk, item in items if sk == "lock" or item.get("status") in TOUCHED)
    return tuple(item["quiet_at"] for item in waited if "quiet_at" in item)


def _with(world: World, actors: tuple[Standing, ...], index: int, standing: Standing) -> State:
    return State(world, (*actors[:index], standing, *actors[index + 1 :]))
