"""Every schedule of an experiment that meets another one, or a person."""

import pytest

from tests.simulation.casts import (
    ACTS,
    DELETE,
    DISABLE,
    a_person,
    first_come,
    next_experiment,
    world,
)
from tests.simulation.searches import FULL, holds


@pytest.mark.parametrize("fault", [DELETE, DISABLE])
def test_of_two_experiments_one_gets_the_target(fault: str) -> None:
    """And the other is refused without having touched anything."""
    holds(first_come(world(kills=1, losses=0), fault))


def test_a_busy_service_gives_the_target_to_one_of_two_experiments() -> None:
    """A request that is turned away is sent again, and the target stays its experiment's."""
    holds(first_come(world(kills=0, losses=0, refusals=1)))


@pytest.mark.parametrize("act", ACTS)
def test_what_a_person_does_survives(act: str) -> None:
    """It is left alone and reported, whenever it comes."""
    holds(a_person(world(kills=int(FULL), losses=int(FULL)), act, "restore"))


@pytest.mark.full_simulation
@pytest.mark.parametrize("losses", [0, 1])
def test_a_slow_restore_meets_no_other_experiment(losses: int) -> None:
    """The lock stays until the last request of a restore can no longer land."""
    holds(next_experiment(world(kills=0, losses=losses), "restore"))
