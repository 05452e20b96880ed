"""A restore from outside fences what is open, and refuses what it cannot understand."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.model.errors import InvalidExperiment
from snapback.model.records import Meta, Round, meta_key
from snapback.rescue import reasons
from snapback.rescue.takeover import take_over
from tests.fakes.attempts import TIMINGS
from tests.fakes.world import World
from tests.unit.protocol import fault

META = replace(fault.META, rounds=(Round(0, 0, 0, 9, (0,), (0,)),))


def world(status: str, meta: Meta = META) -> World:
    """An experiment with one target."""
    made = World()
    fault.put(made, status)
    fault.put_meta(made, meta)
    return made


def meta(found: World) -> Meta:
    return Meta.of(found.items[meta_key("run")])


NOTHING = {"experiment_id": "run", "open": False, "batches": []}
OURS = {"experiment_id": "run", "open": True, "batches": [0]}


@pytest.mark.parametrize(
    "reason", ["", " ", 7, None, ["why"], {"a": 1}, "x" * 501, "\x1b[31mred", "a\nb", "a\u202eb"]
)
def test_a_reason_that_cannot_be_shown_is_refused_and_nothing_is_fenced(reason: Any) -> None:
    found = world("injected")
    asked = {"experiment_id": "run", "reason": reason}
    with pytest.raises(InvalidExperiment) as refusal:
        found.run(take_over(asked, found.attempt()))
    message = str(refusal.value)
    assert message.startswith("reason: ")
    assert message.isprintable()
    assert len(message) < 2 * reasons.LONGEST
    assert meta(found).status == "running"


@pytest.mark.parametrize("reason", ["the queue was retired", "größer 日本 [/x]", "x" * 500])
def test_a_reason_in_words_is_recorded(reason: str) -> None:
    found = world("injected")
    found.run(take_over({"experiment_id": "run", "reason": reason}, found.attempt()))
    assert (meta(found).status, meta(found).reason) == ("restoring", reason)


@pytest.mark.parametrize("status", ["preparing", "running", "restoring"])
def test_an_open_experiment_is_taken_over_from_outside(status: str) -> None:
    found = world("injected", replace(META, status=status))
    asked = {"experiment_id": "run", "reason": "an alarm rang"}
    assert found.run(take_over(asked, found.attempt())) == OURS
    assert meta(found).status == "restoring"
    assert meta(found).reason == ("" if status == "restoring" else "an alarm rang")
    assert meta(found).deadline > found.now + TIMINGS.restore_targets_task_seconds


def test_a_restore_from_outside_that_gives_no_reason_has_one() -> None:
    found = world("injected")
    named = {"experiment_id": "run", "execution_arn": "arn:run"}
    assert found.run(take_over(named, found.attempt())) == OURS
    assert meta(found).reason == "it was restored from outside"


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        (World(), {}),
        (world("restored", replace(META, status="closed")), {}),
        (world("injected"), {"execution_arn": "arn:other"}),
    ],
    ids=["never begun", "closed", "of another execution"],
)
def test_what_is_not_open_is_left_alone(found: World, asked: dict[str, Any]) -> None:
    named = {"experiment_id": "run", **asked}
    assert found.run(take_over(named, found.attempt())) == NOTHING
    assert found.writes == []


@pytest.mark.parametrize("asked", [None, "run", ["run"], {}, {"experiment_id": 7}], ids=str)
def test_an_input_that_names_no_experiment_is_refused(asked: Any) -> None:
    with pytest.raises(InvalidExperiment) as refusal:
        World().run(take_over(asked, World().attempt()))
    assert str(refusal.value) == (
        f'input: {asked!r} is refused; give {{"experiment_id": "the execution\'s name"}}'
    )
