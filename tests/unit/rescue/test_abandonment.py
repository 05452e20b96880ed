"""A person gives a target up, in words that are checked, and only once a restore has tried it."""

from typing import Any

import pytest

from snapback.model.errors import InvalidExperiment
from snapback.rescue.abandonment import Abandonment, abandon, parse
from tests.fakes.world import World
from tests.unit.protocol.fault import put, stored

EXAMPLE = '{"name": "the target\'s name", "reason": "why it is given up"}'
ONE_TARGET = f"abandon: name one target, by its name or its key, as in {EXAMPLE}"
GONE = {"reason": "it is gone"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"name": "orders", **GONE}, Abandonment("name", "orders", "it is gone")),
        ({"key": "k", "reason": " it is gone\n"}, Abandonment("key", "k", "it is gone")),
    ],
)
def test_a_target_is_given_up_by_its_name_or_its_key(
    wanted: dict[str, str], expected: Abandonment
) -> None:
    assert parse({"experiment_id": "run", "abandon": wanted}) == expected


def test_nothing_is_given_up_unasked() -> None:
    assert parse({"experiment_id": "run"}) is None


@pytest.mark.parametrize(
    ("wanted", "problems"),
    [
        ("orders", [f"abandon: 'orders' is refused; give {EXAMPLE}"]),
        (None, [f"abandon: None is refused; give {EXAMPLE}"]),
        (GONE, [ONE_TARGET]),
        ({"name": "orders", "key": "k", **GONE}, [ONE_TARGET]),
        (
            {"name": "orders"},
            ["abandon.reason: None is refused; give in words why the target is given up"],
        ),
        (
            {"name": 7, "reason": " "},
            [
                "abandon.name: 7 is refused; give what the report calls the target",
                "abandon.reason: ' ' is refused; give in words why the target is given up",
            ],
        ),
        ({"key": "", **GONE}, ["abandon.key: '' is refused; give the target's key in the report"]),
        (
            {"uuid": "orders", **GONE},
            [f"abandon.uuid: unknown key; give {EXAMPLE}", ONE_TARGET],
        ),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_with_every_problem(
    wanted: Any, problems: list[str]
) -> None:
    with pytest.raises(InvalidExperiment) as refusal:
        parse({"abandon": wanted})
    assert str(refusal.value).splitlines() == problems


@pytest.mark.parametrize(("by", "value"), [("name", "orders"), ("name", "new"), ("key", "k")])
@pytest.mark.parametrize("status", ["restoring", "abandoned"])
def test_a_target_that_a_restore_has_tried_is_given_up_and_may_be_again(
    by: str, value: str, status: str
) -> None:
    world = World()
    put(world, status, new_name="new")
    world.run(abandon("run", Abandonment(by, value, "it is gone")))
    assert stored(world).status == "abandoned"
    assert stored(world).reason == ("it is gone" if status == "restoring" else "")


FIRST_A_RESTORE = "start the restore without `abandon` first, and let it try"


@pytest.mark.parametrize(
    ("status", "instead"),
    [
        ("captured", FIRST_A_RESTORE),
        ("injecting", FIRST_A_RESTORE),
        ("injected", FIRST_A_RESTORE),
        ("restored", "there is nothing left to give up"),
        ("conflict", "there is nothing left to give up"),
    ],
)
def test_any_other_target_is_not_given_up(status: str, instead: str) -> None:
    world = World()
    put(world, status)
    with pytest.raises(InvalidExperiment) as refusal:
        world.run(abandon("run", Abandonment("name", "orders", "it is gone")))
    assert str(refusal.value) == (
        f"abandon.name: 'orders' is {status}; only a target that is restoring can be abandoned; "
        f"{instead}"
    )
    assert stored(world).status == status


@pytest.mark.parametrize(
    ("by", "names"), [("name", "orders, others"), ("key", "k, l")], ids=["name", "key"]
)
def test_a_target_that_the_experiment_has_not_is_refused_with_those_that_it_has(
    by: str, names: str
) -> None:
    world = World()
    put(world, "restoring")
    put(world, "restoring", key="l", name="others", locks=())
    with pytest.raises(InvalidExperiment) as refusal:
        world.run(abandon("run", Abandonment(by, "mine", "it is gone")))
    assert str(refusal.value) == (
        f"abandon.{by}: 'mine' is not a target of this experiment; give one of {names}"
    )
