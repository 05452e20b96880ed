"""Every schedule of one experiment on one target: it ends as it began, whoever is killed when."""

import pytest

from tests.simulation.casts import (
    DELETE,
    DISABLE,
    broken_target,
    last_moment,
    one_window,
    preparation,
    second_round,
    world,
)
from tests.simulation.searches import holds


@pytest.mark.parametrize("fault", [DELETE, DISABLE])
def test_a_window_ends_as_it_began(fault: str) -> None:
    """The injector is killed, unheard or turned away while its target is put back."""
    holds(one_window(world(kills=1, losses=1), "restore", fault=fault))


def test_an_injector_that_is_turned_away_withdraws() -> None:
    """A certain refusal changed nothing, so the announcement may be taken back."""
    holds(one_window(world(kills=0, losses=1, refusals=1), "restore"))


def test_a_mapping_that_is_in_use_is_disabled_later_or_not_at_all() -> None:
    """The injector asks again in time, or withdraws."""
    holds(one_window(world(kills=0, losses=0, refusals=1), "restore", fault=DISABLE))


@pytest.mark.parametrize("fault", [DELETE, DISABLE])
def test_nothing_is_sent_after_send_until(fault: str) -> None:
    """However often an injector is turned away, its last request leaves time to record the answer."""
    holds(last_moment(world(kills=0, losses=0, refusals=9), fault))


@pytest.mark.parametrize("restorer", ["rescue", "release"])
def test_a_preparation_leaves_nothing(restorer: str) -> None:
    """A restore comes while locks are taken and snapshots made; the injector may follow."""
    holds(preparation(world(kills=1, losses=0), restorer))


def test_two_restores_make_one_mapping() -> None:
    """Several restores of one deleted mapping, each of which may stop anywhere."""
    holds(broken_target(world(kills=0, losses=0), "restore", "rescue"))


@pytest.mark.parametrize("ending", ["restore", "report"])
def test_a_slow_injector_of_a_second_round_is_fenced(ending: str) -> None:
    """Also where the restore never ran and the report is the first to act."""
    holds(second_round(world(kills=0, losses=0), ending))


@pytest.mark.full_simulation
@pytest.mark.parametrize("fault", [DELETE, DISABLE])
def test_a_window_meets_everything_at_once(fault: str) -> None:
    """A kill, a lost answer and a refusal in one window."""
    holds(one_window(world(refusals=1), "restore", fault=fault))


@pytest.mark.full_simulation
@pytest.mark.parametrize("fault", [DELETE, DISABLE])
def test_a_window_meets_two_restores(fault: str) -> None:
    """The workflow's own restore and one from outside, with the injector still on its way."""
    holds(one_window(world(kills=0, losses=0), "restore", "rescue", fault=fault))


@pytest.mark.full_simulation
@pytest.mark.parametrize("fault", [DELETE, DISABLE])
def test_two_restores_may_be_killed(fault: str) -> None:
    """Several restores, one of which is killed."""
    holds(broken_target(world(losses=0), "restore", "rescue", fault=fault))


@pytest.mark.full_simulation
@pytest.mark.parametrize("ending", ["restore", "rescue", "report"])
def test_a_second_round_may_be_killed(ending: str) -> None:
    """The same with a kill anywhere."""
    holds(second_round(world(losses=0), ending))


@pytest.mark.full_simulation
@pytest.mark.parametrize("fault", [DELETE, DISABLE])
def test_a_late_request_of_a_restore_meets_no_later_round(fault: str) -> None:
    """A round waits until the last request of the restore before it can no longer land."""
    holds(second_round(world(kills=0, losses=1), "restore", fault=fault))
