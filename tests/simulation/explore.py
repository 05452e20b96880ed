"""Every schedule of a scenario: who takes the next step, what goes wrong, when time passes."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from snapback.records import TOUCHED
from tests.simulation.actor import Local, Locals, Program
from tests.simulation.invariants import all_closed, at_rest
from tests.simulation.mapping_api import land, progress
from tests.simulation.outside import at_once, perform
from tests.simulation.source import Source
from tests.simulation.world import World

Standing = Local | str | None
"""An actor's own state; None before it starts, a word once it was killed."""


class State(NamedTuple):
    """One moment of a schedule."""

    world: World
    actors: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """One invocation: what it does, for which experiment, and what must be true before it starts."""

    name: str
    experiment_id: str
    program: Program
    starts: Callable[["Cast", State], bool] = lambda _cast, _state: True
    mortal: bool = True


class Step(NamedTuple):
    """What happened between two moments: who did what, and the answer."""

    who: str
    what: Any
    note: str = ""
    answer: Any = None


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
    ) -> None:
        self.actors = tuple(actors)
        self.locals = [Locals(each.program) for each in actors]
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

    def successors(self, state: State) -> Iterator[tuple[Step, State]]:
        """Everything that may happen next."""
        for index, actor in enumerate(self.actors):
            yield from self._act(state, index, actor)
        world = state.world
        for what, after in progress(world):
            yield Step("Lambda", what), state._replace(world=after)
        for flight in world.flights:
            left = tuple(each for each in world.flights if each != flight)
            answer, after = land(world._replace(flights=left), flight)
            step = Step("Lambda", f"a late {flight.operation} arrives", answer=answer)
            yield step, state._replace(world=after)
        yield from self._interfere(state)
        yield from self._wait(state)

    def _act(self, state: State, index: int, actor: Actor) -> Iterator[tuple[Step, State]]:
        local, world = state.actors[index], state.world
        if local is None and actor.starts(self, state):
            local = self.locals[index].start(world.now)
        if not isinstance(local, Local) or local.effect is None:
            return
        for branch in perform(world, actor.experiment_id, local.effect):
            step = Step(actor.name, local.effect, branch.note, branch.answer)
            after = self.locals[index].next(local, branch.answer, world.now)
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

    def _interfere(self, state: State) -> Iterator[tuple[Step, State]]:
        if state.world.acts:
            return
        for what, act in self.acts.items():
            after = act(state.world)
            if after is not None:
                after = after._replace(acts=(what,))
                yield Step("a person", what), state._replace(world=after)

    def _wait(self, state: State) -> Iterator[tuple[Step, State]]:
        """Time passes until the next moment that means something to anyone."""
        world = state.world
        ends = [each.until for each in state.actors if isinstance(each, Local) and each.until]
        quiet = [
            item["quiet_at"]
            for item in world.items("target#")
            if item["status"] in TOUCHED and "quiet_at" in item
        ]
        quiet += [item["quiet_at"] for item in world.items("lock") if "quiet_at" in item]
        bounds = [each.until + 1 for each in world.flights]
        later = [each for each in (*ends, *quiet, *bounds) if world.now < each < float("inf")]
        if not later:
            return
        now = min(later)
        for index, local in enumerate(state.actors):
            if isinstance(local, Local) and local.running and (local.until or now + 1) <= now:
                if not self.actors[index].mortal:
                    return
                state = _with(world, state.actors, index, "ended by its time-out")
        settled = tuple(each.shown for each in world.mappings)
        flights = tuple(each for each in world.flights if each.until >= now)
        world = world._replace(now=now, flights=flights, mappings=settled)
        yield Step("time", f"passes to {now:.0f} s"), state._replace(world=world)


def _with(world: World, actors: tuple[Standing, ...], index: int, standing: Standing) -> State:
    return State(world, (*actors[:index], standing, *actors[index + 1 :]))


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search: how many states, and the story of a broken rule, if any."""

    states: int
    steps: int
    broken: str = ""
    story: tuple[Step, ...] = ()


def explore(cast: Cast, limit: int = 2_000_000) -> Found:
    """Visit every state there is; stops at the first that breaks a rule, by a shortest story."""
    number: dict[State, int] = {cast.start: 0}
    came_from: list[tuple[int, Step | None]] = [(0, None)]
    leads_to: list[list[int]] = []
    good: list[int] = []
    queue = deque([cast.start])
    rested: dict[Any, str] = {}
    steps = 0
    while queue:
        state = queue.popleft()
        here = len(leads_to)
        leads_to.append(following := [])
        rest = (state.world.table, state.world.mappings, state.world.acts)
        if rest not in rested:
            rested[rest] = at_rest(state.world, cast.before).broken
        if broken := state.world.broken or rested[rest]:
            return Found(len(number), steps, broken, _story(came_from, here))
        if state.world.table and all_closed(state.world):
            good.append(here)
        for step, after in cast.successors(state):
            steps += 1
            if after not in number:
                number[after] = len(number)
                came_from.append((here, step))
                queue.append(after)
            following.append(number[after])
        if len(number) > limit:
            raise AssertionError(f"more than {limit} states")
    stuck = _cannot_reach(good, leads_to)
    if stuck is not None:
        story = _story(came_from, stuck)
        return Found(len(number), steps, "8: it can never be closed any more", story)
    return Found(len(number), steps)


def _story(came_from: list[tuple[int, Step | None]], at: int) -> tuple[Step, ...]:
    told = []
    while at:
        at, step = came_from[at]
        told.append(step)
    return tuple(each for each in reversed(told) if each)


def _cannot_reach(good: list[int], leads_to: list[list[int]]) -> int | None:
    """The first state from which no good one can be reached, or None."""
    comes_from: list[list[int]] = [[] for _ in leads_to]
    for here, following in enumerate(leads_to):
        for there in following:
            comes_from[there].append(here)
    reached = set(good)
    queue = deque(good)
    while queue:
        for before in comes_from[queue.popleft()]:
            if before not in reached:
                reached.add(before)
                queue.append(before)
    return next((each for each in range(len(leads_to)) if each not in reached), None)
