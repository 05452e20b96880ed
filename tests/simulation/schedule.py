"""A scenario and its next steps: who takes one, what goes wrong, when time passes."""

from collections.abc import Callable, Iterator, Sequence
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
    """The actors of a scenario, the mappings at the start, and what a person may do."""

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
        self.start = State(start, (None,) * len(self.actors))

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

    def _lambda(self, state: State) -> Iterator[Next]:
        world = state.world
        for what, after in progress(world):
            yield Step("Lambda", what), state._replace(world=after)
        for flight in world.flights:
            left = tuple(each for each in world.flights if each != flight)
            answer, after = land(world._replace(flights=left), flight)
            step = Step("Lambda", f"a late {flight.operation} arrives", answer=answer)
            yield step, state._replace(world=after)

    def _act(self, state: State, index: int, actor: Actor) -> Iterator[Next]:
        local, world = state.actors[index], state.world
        if local is None and actor.starts(self, state):
            local = self.locals[index].start(world.now)
        if not isinstance(local, Local) or local.effect is None:
            return
        for branch in perform(
            in_time(world, local.effect, local.until), actor.experiment_id, local.effect
        ):
            step = Step(actor.name, local.effect, branch.note, branch.answer)
            after = self.locals[index].next(local, branch.answer, branch.world.now)
            yield step, self._quietly(branch.world, state.actors, index, after)
        if world.kills and actor.mortal and state.actors[index] is not None:
            killed = world._replace(kills=world.kills - 1)
            yield Step(actor.name, "is killed"), _with(killed, state.actors, index, "killed")

    def _quietly(
        self, world: World, actors: tuple[Standing, ...], index: int, local: Local
    ) -> State:
        while local.effect is not None and at_once(local.effect):
            branch = next(perform(world, "", local.effect))
            local = self.locals[index].next(local, branch.answer, world.now)
        return _with(world, actors, index, local)

    def _interfere(self, state: State) -> Iterator[Next]:
        if state.world.acts:
            return
        for what, act in self.acts.items():
            after = act(state.world)
            if after is not None:
                after = after._replace(acts=(what,))
                yield Step("a person", what), state._replace(world=after)

    def _wait(self, state: State) -> Iterator[Next]:
        """Time passes until the next moment that means something to anyone."""
        world = state.world
        ends = [each.until for each in state.actors if isinstance(each, Local) and each.until]
        bounds = [each.until + 1 for each in world.flights]
        later = [
            each
            for each in (*ends, *_quiet_moments(world.table), *bounds)
            if world.now < each < float("inf")
        ]
        if not later:
            return
        now = min(later)
        for index, local in enumerate(state.actors):
            if isinstance(local, Local) and local.running and (local.until or now + 1) <= now:
                if not self.actors[index].mortal:
                    return
                state = _with(world, state.actors, index, "ended by its time-out")
        seen = tuple(each if each.live else each._replace(before="") for each in world.mappings)
        flights = tuple(each for each in world.flights if each.until >= now)
        world = world._replace(now=now, flights=flights, mappings=seen)
        yield Step("time", f"passes to {now:.0f} s"), state._replace(world=world)


@cache
def _quiet_moments(table: Table) -> tuple[float, ...]:
    """When requests of those who are announced can no longer land."""
    items = [(key.sk, value_of(number)) for key, number in table]
    waited = (item for sk, item in items if sk == "lock" or item.get("status") in TOUCHED)
    return tuple(item["quiet_at"] for item in waited if "quiet_at" in item)


def _with(world: World, actors: tuple[Standing, ...], index: int, standing: Standing) -> State:
    return State(world, (*actors[:index], standing, *actors[index + 1 :]))
