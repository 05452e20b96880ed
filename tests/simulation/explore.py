"""Every schedule of a scenario, one after the other."""

import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.simulation.invariants import all_closed, unrest
from tests.simulation.schedule import Cast, State, Step


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search: how many states, and the story of a broken rule, if any."""

    states: int
    steps: int
    broken: str = ""
    story: tuple[Step, ...] = ()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Inside, nobody looks for garbage: almost all that a search makes, it keeps."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_uncollected()
def explore(cast: Cast, limit: int = 2_000_000) -> Found:
    """Visit every state there is; stops at the first that breaks a rule, by a shortest story."""
    assert cast.merged, "its states are without end"
    number = {_key(cast.start): 0}
    came_from: list[tuple[int, Step | None]] = [(0, None)]
    leads_to: list[list[int]] = []
    good: list[int] = []
    queue = deque([cast.start])
    rested: dict[int, tuple[str, bool]] = {}
    steps = 0
    while queue:
        state = queue.popleft()
        here = len(leads_to)
        leads_to.append(following := [])
        world = state.world
        if id(world) not in rested:
            wrong = world.broken or next(unrest(world, cast.before), "")
            rested[id(world)] = wrong, all_closed(world)
        broken, closed = rested[id(world)]
        if broken:
            return Found(len(number), steps, broken, _story(came_from, here))
        if closed:
            good.append(here)
        for step, after in cast.successors(state):
            steps += 1
            key = _key(after)
            if key not in number:
                number[key] = len(number)
                came_from.append((here, step))
                queue.append(after)
            following.append(number[key])
        if len(number) > limit:
            raise AssertionError(f"more than {limit} states")
    stuck = _cannot_reach(good, leads_to)
    if stuck is not None:
        story = _story(came_from, stuck)
        return Found(len(number), steps, "8: it can never be closed any more", story)
    return Found(len(number), steps)


def _key(state: State) -> tuple[int, Any]:
    """What tells a state from another: of equal worlds a cast has but one."""
    return id(state.world), state.actors


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
