"""The search bites: without any one rule of the protocol it finds the schedule that breaks it."""

import pytest

from tests.simulation import mutants
from tests.simulation.casts import (
    DELETE,
    DISABLE,
    broken_target,
    first_come,
    last_moment,
    one_window,
    second_round,
    world,
)
from tests.simulation.explore import explore
from tests.simulation.schedule import Cast
from tests.simulation.story import tell

CALM = world(kills=0, losses=0)
LOSSY = world(kills=0, losses=1)

CASES = [
    (mutants.lease_is_the_calls_time_out, one_window(CALM, "restore"), "4: a mapping is broken"),
    (mutants.sends_past_its_time, last_moment(world(0, 0, 9)), "4: a fault is sent after"),
    (mutants.read_before_lock, first_come(CALM, DELETE), "6: a conflict"),
    (mutants.read_before_lock, first_come(CALM, DISABLE), "2: a snapshot shows"),
    (mutants.no_fence_of_the_target, one_window(CALM, "restore"), "3: it is closed while"),
    (mutants.adopt_by_snapshot, broken_target(CALM, "restore"), "6: a conflict is reported"),
    (
        mutants.a_default_is_a_difference,
        broken_target(CALM, "restore"),
        "6: a conflict is reported",
    ),
    (mutants.nothing_to_do_from_injected, broken_target(CALM, "restore"), "8: all is closed"),
    (mutants.renewal_without_a_check, second_round(CALM, "restore"), "3: it is closed while"),
    (mutants.nobody_fences, broken_target(CALM, "restore"), "8: it can never be closed"),
    (mutants.report_without_a_fence, second_round(CALM, "report"), "2: a snapshot is taken"),
    (mutants.unlocked_while_a_restore_can_land, broken_target(LOSSY, "restore"), "3: its lock is"),
    (mutants.withdraw_without_an_answer, one_window(LOSSY, "restore"), "4: a mapping is broken"),
]


@pytest.mark.parametrize(
    ("mutate", "cast", "broken"), CASES, ids=lambda value: getattr(value, "__name__", "")
)
def test_the_search_finds_what_breaks(
    mutate: mutants.Mutate, cast: Cast, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mutant breaks the invariant that its rule protects, by a story one can read."""
    mutate(monkeypatch)
    found = explore(cast)
    assert found.broken.startswith(broken), f"{found.broken}\n{tell(found.story)}"
    assert len(tell(found.story).splitlines()) == len(found.story)
