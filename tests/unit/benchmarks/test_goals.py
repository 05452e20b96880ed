"""What the measured figures are held against."""

import pytest

from benchmarks import goals
from benchmarks.goals import Checked
from benchmarks.results import Results
from tests.unit.benchmarks.samples import PHASES, results, run


def checked(found: Results, words: str) -> Checked:
    [one] = [each for each in goals.check(found) if words in f"{each.what}."]
    return one


@pytest.mark.parametrize(("calls", "missed"), [(330, False), (331, True)])
def test_a_goal_is_missed_by_whatever_is_more(calls: int, missed: bool) -> None:  # noqa: FBT001
    found = checked(results(run(between=calls)), "control-plane calls a mapping")
    assert (found.figure, found.missed) == (calls / 100, missed)


def test_a_missed_goal_is_told_in_a_plain_sentence() -> None:
    found = checked(results(run(between=1317)), "control-plane calls a mapping")
    assert str(found) == (
        "control-plane calls a mapping from snapshot to verification, N = 100: 13.17, which is more "
        "than the goal of 3.3."
    )


def test_what_was_not_measured_is_not_missed_and_not_reached() -> None:
    for each in goals.check(Results()):
        assert (each.figure, each.missed) == (None, False)
        assert "not measured" in str(each)


def test_of_all_that_was_sent_the_refused_share_counts() -> None:
    found = checked(results(run(calls=300, refused=100)), "refused")
    assert found.figure == 25


def test_a_phase_is_compared_with_its_calls_at_the_whole_limit() -> None:
    found = results(run(circumstances="whole limit", phases=PHASES))
    limit = "÷ what its calls take at 15 a second, N = 100."
    assert checked(found, f"inject {limit}").figure == pytest.approx(7.0 / (100 / 15))
    assert checked(found, f"restore {limit}").missed


def test_every_run_of_snapback_has_to_put_everything_back() -> None:
    found = results(
        run(), run(circumstances="busy", lost=1), run(circumstances="stopped", changed=2)
    )
    assert checked(found, "lost or changed").figure == 3


def test_the_heaviest_handler_that_is_not_exempt_is_compared_with_the_bare_import() -> None:
    counted = {"boto3": 100, "sweep": 131, "report": 130, "validate_experiment": 200}
    found = checked(Results(imports=counted), "import")
    assert (found.what.split()[1], found.figure, found.missed) == ("sweep,", 1.31, True)
