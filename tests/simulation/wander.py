"""One schedule of a scenario that is too large for all of them, drawn by chance and found again by its seed."""

import random
from collections.abc import Sequence
from itertools import count, islice

from tests.simulation.actor import Local
from tests.simulation.explore import Found
from tests.simulation.invariants import all_closed, unrest
from tests.simulation.schedule import Cast, Next, State, Step

LONGEST = 5_000
"""Steps after which a walk that is not at its end never will be: what may go wrong is used up long before."""

WAKES_AFTER = (0, 40, 120, 360)
"""Steps before someone takes a first turn: a rescue that always comes early leaves nothing to find."""

TIME = 0.02
"""How often time takes a turn: it leaps to the next deadline, and whoever is at work then is over."""

MISHAPS = 0.1
"""How often a step may go any way it can, instead of the way it should."""


def wander(cast: Cast, seed: int) -> Found:
    """Walk until everything is closed and every actor is through, or a rule is broken."""
    dice = random.Random(seed)  # noqa: S311  # chance, no secret
    movers = cast.movers(cast.start)
    pace = [10 ** dice.uniform(-2, 0) for _ in movers]
    pace[-1] = TIME
    wakes = [dice.choice(WAKES_AFTER) for _ in movers]
    state, story = cast.start, list[Step]()
    for taken in count():
        if broken := state.world.broken or next(unrest(state.world, cast.before), ""):
            return Found(taken, taken, broken, tuple(story))
        if _over(state):
            return Found(taken, taken)
        awake = [
            each if wake <= taken else each / 1e6 for each, wake in zip(pace, wakes, strict=True)
        ]
        following = _turn(cast, state, awake, dice)
        if following is None or taken == LONGEST:
            return Found(taken, taken, "8: it can never be closed any more", tuple(story))
        step, state = following
        story.append(step)
    raise AssertionError


def _turn(cast: Cast, state: State, pace: Sequence[float], dice: random.Random) -> Next | None:
    """The next step: some are far slower than others in a walk, and most of what they do goes well."""
    waiting = list(zip(cast.movers(state), pace, strict=True))
    while waiting:
        [chosen] = dice.choices(waiting, [each for _, each in waiting])
        ways = list(chosen[0] if dice.random() < MISHAPS else islice(chosen[0], 1))
        if ways:
            return dice.choice(ways)
        waiting.remove(chosen)
    return None


def _over(state: State) -> bool:
    running = any(isinstance(each, Local) and each.running for each in state.actors)
    return bool(state.world.table) and all_closed(state.world) and not running
