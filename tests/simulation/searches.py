"""How far the tests search, and what they ask of a search."""

import os

from tests.simulation.explore import explore
from tests.simulation.schedule import Cast
from tests.simulation.story import tell

FULL = os.environ.get("SNAPBACK_SIMULATION") == "full"


def holds(cast: Cast) -> None:
    """No schedule of a scenario breaks a rule."""
    found = explore(cast, limit=5_000_000)
    print(f"{found.states} states, {found.steps} steps")  # noqa: T201  # pytest -s shows the size
    assert not found.broken, f"{found.broken}\n{tell(found.story)}"
