"""Three targets, two cycles, every restorer and another experiment: schedules drawn by chance."""

import pytest

from snapback.model import records
from tests.simulation import mutants
from tests.simulation.casts import DELETE, DISABLE, crowd, world
from tests.simulation.searches import FULL
from tests.simulation.story import tell
from tests.simulation.wander import wander

WALKS = 4_000 if FULL else 150


@pytest.mark.parametrize("batches", [3, 1])
@pytest.mark.parametrize("fault", [DELETE, DISABLE])
def test_a_crowd_leaves_everything_as_it_was(
    fault: str, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A schedule that fails is told with its seed, by which it is walked again.

    The targets of one batch share their looks.
    """
    monkeypatch.setattr(records, "AT_ONCE", batches)
    cast = crowd(world(kills=2, losses=2, refusals=1), fault)
    for seed in range(WALKS):
        found = wander(cast, seed)
        assert not found.broken, f"seed {seed}: {found.broken}\n{tell(found.story)}"


def test_a_walk_bites_and_is_found_again_by_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the fence of a target some walk breaks a rule, and the same seed tells the same story."""
    mutants.no_fence_of_the_target(monkeypatch)
    start = world(kills=0, losses=0)
    seed, found = next(
        (seed, found)
        for seed in range(WALKS)
        if (found := wander(crowd(start), seed)).broken.startswith("3: it is closed while")
    )
    assert tell(wander(crowd(start), seed).story) == tell(found.story)
