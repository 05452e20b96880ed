"""What all open experiments may have together, also where several begin at once."""

from typing import Any

import pytest

from snapback.model.records import meta_key
from snapback.run.crowd import Caps, crowd_problems
from tests.fakes.world import World

CAPS = Caps(experiments=2, targets=10)


def world(*counts: int, **changes: Any) -> World:
    """Open experiments with so many targets each."""
    made = World()
    for number, count in enumerate(counts):
        name = f"run-{number}"
        record = {"experiment_id": name, "status": "running", "target_count": count, "open": "yes"}
        made.put(meta_key(name), record | changes)
    return made


@pytest.mark.parametrize(("open_now", "targets"), [((), 10), ((9,), 1), ((4,), 6)])
def test_what_fits_beside_what_is_open_may_begin(open_now: tuple[int, ...], targets: int) -> None:
    assert world(*open_now).run(crowd_problems(CAPS, targets)) == []


def test_no_more_experiments_than_allowed_are_open_together() -> None:
    [problem] = world(1, 1).run(crowd_problems(CAPS, 1))
    assert problem.startswith(
        "input: this stack allows 2 open experiments at once, and 2 are open; wait"
    )


def test_no_more_targets_than_allowed_are_open_together() -> None:
    [problem] = world(8).run(crowd_problems(CAPS, 3))
    assert problem.startswith("input: 3 targets and the 8 of open experiments are more than the")


def test_an_experiment_does_not_count_itself() -> None:
    assert world(1, 5).run(crowd_problems(CAPS, 5, "run-1")) == []


def test_what_is_closed_and_still_in_the_index_does_not_count() -> None:
    assert world(5, 5, 5, status="closed").run(crowd_problems(CAPS, 10)) == []


def test_what_an_older_version_began_counts_as_an_experiment() -> None:
    found = world(1, 1)
    older = {"experiment_id": "run-0", "status": "running", "open": "yes"}
    found.put(meta_key("run-0"), older)
    [problem] = found.run(crowd_problems(CAPS, 9))
    assert "and 2 are open" in problem
