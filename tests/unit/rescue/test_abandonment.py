"""Only what a restore has failed to put back for long enough can be given up."""

from typing import Any

import pytest

from snapback.faults.mappings.mapping import key_of
from snapback.model.errors import InvalidExperiment
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, meta_key, snapshot_key, target_key
from snapback.rescue import reasons
from snapback.rescue.abandonment import abandon
from snapback.rescue.takeover import take_over
from tests.fakes.world import World
from tests.unit.samples import CONFIGS, REQUESTS, UUID

WHY = "its creation was refused (ResourceNotFoundException: the queue is gone)"
KEY = key_of(CONFIGS["sqs"])
META = Meta("run", "running", "arn:run", Experiment(function_name="orders"), deadline=0)
ASKED = {"experiment_id": "run", "name": UUID, "reason": "the queue was retired"}


def world(since: float, **changes: Any) -> World:
    """An experiment with one mapping that has been restoring for so many seconds."""
    made = World(now=10_000)
    target: dict[str, Any] = {"experiment_id": "run", "key": KEY, "name": UUID, "cycle": 0}
    target |= {"status": "restoring", "restoring_since": made.now - since, "reason": WHY}
    made.put(meta_key("run"), META.item() | {"open": "yes"})
    made.put(target_key("run", KEY), target | changes)
    before = {"config": CONFIGS["sqs"], "tags": {}, "siblings": []}
    made.put(snapshot_key("run", KEY), {"document": before, "undo": REQUESTS["sqs"]})
    return made


def standing(found: World) -> tuple[str, str]:
    return found.items[meta_key("run")]["status"], found.items[target_key("run", KEY)]["status"]


def give_up(found: World, **changes: Any) -> dict[str, Any]:
    return found.run(abandon({**ASKED, **changes}, "decision-1", found.attempt()))


def test_what_a_restore_fails_to_put_back_is_given_up_with_its_reason_and_its_command() -> None:
    found = world(since=601)
    given_up = give_up(found)
    assert standing(found) == ("restoring", "abandoned")
    reason = found.items[target_key("run", KEY)]["reason"]
    assert reason == "the queue was retired (execution decision-1)"
    assert given_up["by_hand"].startswith("aws lambda create-event-source-mapping")
    assert give_up(found) == given_up


@pytest.mark.parametrize("since", [0, 45, 600])
def test_a_target_on_its_way_back_cannot_be_given_up(since: float) -> None:
    found = world(since)
    with pytest.raises(InvalidExperiment, match=rf"for {since} seconds.* try until \d\d:\d\d:\d\d"):
        give_up(found)
    assert standing(found) == ("running", "restoring")


def test_a_target_of_which_no_restore_has_failed_cannot_be_given_up() -> None:
    found = world(since=601, reason="")
    with pytest.raises(InvalidExperiment, match="no restore has said yet why it fails"):
        give_up(found)
    assert standing(found) == ("running", "restoring")


@pytest.mark.parametrize(
    ("status", "instead"),
    [
        ("injecting", "start a restore and let it try"),
        ("injected", "start a restore and let it try"),
        ("restored", "there is nothing left to give up"),
    ],
)
def test_nothing_else_can_be_given_up(status: str, instead: str) -> None:
    found = world(since=601, status=status)
    with pytest.raises(InvalidExperiment, match=f"is {status}; .*{instead}"):
        give_up(found)
    assert standing(found) == ("running", status)


def test_a_restore_from_outside_gives_nothing_up() -> None:
    found = world(since=601)
    asked = {"experiment_id": "run", "abandon": {"name": UUID, "reason": "the queue was retired"}}
    with pytest.raises(InvalidExperiment, match=r"unknown keys abandon; .*AbandonStateMachineArn"):
        found.run(take_over(asked, found.attempt()))
    assert standing(found) == ("running", "restoring")


EXAMPLE = (
    '{"experiment_id": "the execution\'s name", "name": "the target\'s name", '
    '"reason": "why it is given up"}'
)
ONE_TARGET = f"input: name one target, by its name or its key, as in {EXAMPLE}"
WORDS = (
    f"give the reason in words, at most {reasons.LONGEST} characters on one line, "
    "without control characters"
)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"key": "k"}, [ONE_TARGET]),
        ({"reason": None}, [f"reason: None is refused; {WORDS}"]),
        ({"reason": "two\nlines"}, [f"reason: 'two\\nlines' is refused; {WORDS}"]),
        (
            {"name": 7, "reason": " "},
            [
                "name: 7 is refused; give what the report calls the target",
                f"reason: ' ' is refused; {WORDS}",
            ],
        ),
        ({"uuid": "orders"}, [f"uuid: unknown key; give {EXAMPLE}"]),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_with_every_problem(
    changes: dict[str, Any], problems: list[str]
) -> None:
    with pytest.raises(InvalidExperiment) as refusal:
        give_up(world(since=601), **changes)
    assert str(refusal.value).splitlines() == problems


def test_a_target_is_given_up_by_its_key_too() -> None:
    found = world(since=601)
    asked = {"experiment_id": "run", "key": KEY, "reason": "the queue was retired"}
    found.run(abandon(asked, "decision-1", found.attempt()))
    assert standing(found) == ("restoring", "abandoned")


def test_a_target_that_the_experiment_has_not_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(InvalidExperiment) as refusal:
        give_up(world(since=601), name="mine")
    assert str(refusal.value) == (
        f"name: 'mine' is not a target of this experiment; give one of {UUID}"
    )


def test_a_reason_has_a_length() -> None:
    with pytest.raises(InvalidExperiment, match=f"at most {reasons.LONGEST} characters"):
        give_up(world(since=601), reason="x" * (reasons.LONGEST + 1))
