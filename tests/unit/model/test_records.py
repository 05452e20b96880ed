"""The items as they are stored: a later version has to find and read what an earlier one wrote."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from snapback.model.experiment import Experiment
from snapback.model.records import (
    OPEN,
    RESTORER,
    TARGETS_AND_SNAPSHOTS,
    TERMINAL,
    TOUCHED,
    UNTOUCHED,
    Meta,
    Round,
    Snapshot,
    Target,
    Turn,
    lock_key,
    meta_key,
    report_key,
    sample_key,
    snapshot_key,
    target_key,
)

NEW = Target(experiment_id="run", key="k", status="reserved", name="orders")
ASKED = Experiment(function_name="orders")
BEGUN = Meta("run", "preparing", "arn", ASKED, deadline=9)


def test_every_kind_of_item_has_its_place() -> None:
    assert [
        meta_key("run"),
        target_key("run", "k"),
        snapshot_key("run", "k"),
        sample_key("run", 1_700_000_000.1234),
        report_key("run"),
        lock_key("k"),
    ] == [
        ("experiment#run", "meta"),
        ("experiment#run", "target#k"),
        ("experiment#run", "target-snapshot#k"),
        ("experiment#run", "sample#0001700000000.123"),
        ("experiment#run", "report"),
        ("lock#k", "lock"),
    ]


def test_one_query_reads_the_targets_and_their_snapshots_and_nothing_else() -> None:
    keys = [meta_key("a"), report_key("a"), sample_key("a", 1), target_key("a", "k")]
    found = [key.sk for key in (*keys, snapshot_key("a", "k"))]
    assert [sk for sk in found if sk.startswith(TARGETS_AND_SNAPSHOTS)] == found[-2:]


def test_samples_are_in_the_order_of_their_times() -> None:
    times = [9.5, 10, 99_999, 1_700_000_000, 1_700_000_000.001]
    assert sorted(sample_key("run", at) for at in times) == [sample_key("run", at) for at in times]


def test_every_status_is_known() -> None:
    assert OPEN == ("preparing", "running", "restoring")
    assert UNTOUCHED == ("reserved", "captured")
    assert TOUCHED == ("injecting", "injected", "restoring")
    assert TERMINAL == ("skipped", "restored", "conflict", "abandoned")


def test_nothing_is_known_of_a_new_target() -> None:
    """Every time is 0, for never."""
    given = ("experiment_id", "key", "status", "name", "snapshot")
    assert {name: value for name, value in asdict(NEW).items() if name not in given} == {
        **dict.fromkeys(("batch", "cycle", "stage", "stages_in_force"), 0),
        **dict.fromkeys(("captured_at", "broken_at", "injected_at", "in_force_at"), 0),
        **dict.fromkeys(("quiet_at", "fault_ends_at", "restoring_since", "restored_at"), 0),
        **dict.fromkeys(("captured_by", "owner", "came_from", "new_name", "reason"), ""),
        "acknowledged": False,
        "verification": {},
        "restorers": {},
        **dict.fromkeys(("locks", "history"), ()),
    }
    assert asdict(NEW.snapshot) == {"document": {}, "undo": {}, "original": {}, "captured_by": ""}
    assert (NEW.restorers_quiet_at, NEW.was_restored, NEW.surely_broken) == (0, False, False)


def test_a_target_is_read_back_and_what_a_later_version_added_is_left_out() -> None:
    turn = Turn("orders", "new", 10, 20, "as asked")
    item = {
        **{name: asdict(NEW)[name] for name in ("experiment_id", "key", "status", "name")},
        "locks": ["a", "b"],
        "history": [asdict(turn)],
        f"{RESTORER}one": 30.0,
        f"{RESTORER}two": 40.0,
        "added": 1,
    }
    snapshot = Snapshot({"a": 1}, {"b": 2})
    found = Target.of(item, snapshot)
    assert found == replace(
        NEW,
        locks=("a", "b"),
        history=(turn,),
        restorers={"one": 30.0, "two": 40.0},
        snapshot=snapshot,
    )
    assert RESTORER == "restorer#"
    assert found.restorers_quiet_at == 40
    assert [found.past_restorers(now) for now in (29, 30, 40)] == [
        (),
        ("restorer#one",),
        ("restorer#one", "restorer#two"),
    ]
    assert Snapshot.of({"undo": {"b": 2}, "added": 1}) == Snapshot(undo={"b": 2})


@pytest.mark.parametrize(
    ("changes", "restored", "surely_broken", "pending"),
    [
        ({"status": "restored"}, True, False, False),
        ({"status": "skipped", "history": (Turn("a", "", 1, 2),)}, True, False, False),
        ({"status": "skipped"}, False, False, False),
        ({"status": "conflict", "history": (Turn("a", "", 1, 2),)}, False, False, False),
        ({"status": "restoring", "came_from": "injected"}, False, True, False),
        ({"status": "restoring", "came_from": "injecting", "stage": 1}, False, True, False),
        ({"status": "restoring", "came_from": "injecting"}, False, False, False),
        ({"status": "injected", "stage": 1, "stages_in_force": 1}, False, True, True),
        ({"status": "injected", "stages_in_force": 1}, False, False, False),
        ({"status": "injecting"}, False, False, False),
    ],
    ids=str,
)
def test_what_happened_to_a_target_shows_in_its_record(
    changes: dict[str, Any], *, restored: bool, surely_broken: bool, pending: bool
) -> None:
    target = replace(NEW, **changes)
    found = (target.was_restored, target.surely_broken, target.pending)
    assert found == (restored, surely_broken, pending)


def test_the_last_cycle_of_a_target_is_one_of_its_turns() -> None:
    earlier = Turn("a", "b", 1, 2)
    last = replace(NEW, history=(earlier,), new_name="n", broken_at=3, restored_at=4, reason="r")
    assert last.turns == (earlier, Turn("orders", "n", 3, 4, "r"))
    assert (NEW.live_name, last.live_name) == ("orders", "n")


def test_an_experiment_survives_its_record() -> None:
    first = Round(0, 0, 5, 10, (0, 1), (0,), (1,))
    second = Round(1, 0, 5, 10, (2,), (1, 2))
    meta = replace(BEGUN, rounds=(first, second), warnings=("w",), reason="r", started_at=7)
    item = meta.item()
    assert (item["version"], item["experiment"]) == (1, ASKED.stored())
    assert Meta.of({**item, "added": 1}) == meta
    assert meta.batches == [0, 1, 2]


def test_an_experiment_that_has_only_begun_is_read_back() -> None:
    item = {name: getattr(BEGUN, name) for name in ("experiment_id", "status", "execution_arn")}
    item |= {"deadline": 9, "experiment": ASKED.stored()}
    assert Meta.of(item) == BEGUN
    assert (BEGUN.started_at, BEGUN.closed_at, BEGUN.restore_attempt) == (0, 0, 0)
    assert (BEGUN.reason, BEGUN.restore_execution_arn, BEGUN.failure) == ("", "", None)
    assert (BEGUN.rounds, BEGUN.warnings, BEGUN.batches) == ((), (), [])
