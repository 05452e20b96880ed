"""A fault of two changes that come into force later, undone by a recipe; and one target tried alone."""

from collections.abc import Callable

import pytest

from snapback.faults import registry
from tests.fakes.switch.api import FAULT
from tests.simulation import mutants
from tests.simulation.casts import half_open, staged, world
from tests.simulation.schedule import Cast
from tests.simulation.searches import FULL
from tests.simulation.story import tell
from tests.simulation.wander import wander


@pytest.fixture(autouse=True)
def _the_fault_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.FAULTS, FAULT, "tests.fakes.switch")


WALKS = 20_000 if FULL else 1_500


def holds(cast: Cast, walks: int = WALKS) -> None:
    """No schedule that is drawn breaks a rule; one that does is told with its seed."""
    for seed in range(walks):
        found = wander(cast, seed)
        assert not found.broken, f"seed {seed}: {found.broken}\n{tell(found.story)}"


def test_stages_are_undone_from_wherever_they_stand() -> None:
    """The injector is killed, unheard or turned away at either stage while its target is put back."""
    holds(staged(world(kills=1, losses=2, refusals=2), "restore", "rescue"))


def test_one_target_is_tried_while_the_others_stay_broken() -> None:
    """Whoever restores it all comes at any time."""
    holds(half_open(world(kills=1, losses=1, refusals=1), "restore"), WALKS // 5)


@pytest.mark.parametrize(
    ("mutate", "made", "broken"),
    [
        (mutants.stages_do_not_wait, staged, "4: a stage lands before the one before it"),
        (mutants.withdraw_from_every_stage, staged, "8: all is closed and a switch is broken"),
        (mutants.no_end_is_recorded, staged, "1: it is not recorded when the fault ends"),
        (mutants.the_secret_is_stored, staged, "1: what may not be stored is in the table"),
        (mutants.a_batch_is_everything, half_open, "4: a target beside the canary is put back"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_walk_finds_what_breaks(
    mutate: mutants.Mutate,
    made: Callable[..., Cast],
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each mutant breaks the invariant that its rule protects."""
    mutate(monkeypatch)
    cast = made(world(kills=0, losses=0, refusals=1), "restore")
    walks = (wander(cast, seed) for seed in range(WALKS))
    assert next((each.broken for each in walks if each.broken), "").startswith(broken)
