"""Cases as they are played: what each way leaves behind."""

from collections.abc import Iterator

import pytest

from benchmarks.cases import SNAPBACK, Case
from benchmarks.measuring import deployed
from benchmarks.runs import run

TARGETS = 2


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[None]:
    with deployed():
        yield


@pytest.mark.parametrize(("way", "changed"), [("boto3 loop", TARGETS), ("frugal script", 0)])
def test_a_script_puts_mappings_back_and_the_loop_forgets_their_tags(
    way: str, changed: int
) -> None:
    found = run(Case(way, TARGETS))
    assert (found.ended, found.lost, found.changed) == ("SUCCEEDED", 0, changed)
    assert found.calls == found.between == sum(found.requests.values())
    assert 60 < found.away_seconds < found.seconds


def test_a_script_that_is_killed_leaves_everything_away() -> None:
    found = run(Case("frugal script", TARGETS, "stopped"))
    assert (found.ended, found.lost) == ("Killed", TARGETS)


def test_an_experiment_that_is_stopped_loses_nothing() -> None:
    found = run(Case(SNAPBACK, TARGETS, "stopped"))
    assert (found.ended, found.lost, found.changed) == ("ABORTED", 0, 0)
    assert found.transitions > 0
    assert found.write_units > TARGETS
