"""The items as they are stored: a later version has to find and read what an earlier one wrote."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from snapback.model.experiment import Experiment
from snapback.model.records import (
    OPEN,
    RESTORER,
    TARGETS,
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
    of_batch,
    report_key,
    sample_key,
    snapshot_key,
    target_key,
    warnings_key,
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
        target_key("run", "k", 12),
        snapshot_key("run", "k", 12),
        warnings_key("run"),
        report_key("run"),
        lock_key("k"),
    ] == [
        ("experiment#run", "meta"),
        ("experiment#run", "target#0000#k"),
        ("experiment#run", "target-snapshot#0000#k"),
        ("experiment#run", "sample#0001700000000.123"),
        ("experiment#run", "target#0012#k"),
        ("experiment#run", "target-snapshot#0012#k"),
        ("experiment#run", "warnings"),
        ("experiment#run", "report"),
        ("lock#k", "lock"),
    ]


@pytest.mark.parametrize(
    ("sk", "batch", "snapshot"),
    [
        ("target#0003#k#1", 3, "target-snapshot#0003#k#1"),
        ("target#12345#k#1", 12345, "target-snapshot#12345#k#1"),
        ("target#k#1", 3, "target-snapshot#k#1"),
    ],
    ids=["of a batch", "of a late batch", "of version 1"],
)
def test_a_target_stays_where_it_is_stored(sk: str, batch: int, snapshot: str) -> None:
    """A record of version 1 has no batch in its sort key, and its key beside it."""
    item: dict[str, Any] = {
        "pk": "experiment#run",
        "sk": sk,
        "experiment_id": "run",
        "name": "orders",
    }
    item |= {"status": "injected", "batch": batch} | ({"key": "k#1"} if batch == 3 else {})
    found = Target.of(item)
    assert (found.key, found.at) == ("k#1", ("experiment#run", sk))
    assert found.snapshot_at == ("experiment#run", snapshot)
    assert found.change("restoring", expect=("injected",)).key == found.at


def test_no_batch_begins_like_another() -> None:
    keys = [target_key("run", "k", batch).sk for batch in (1, 10, 100, 1000, 10_000)]
    for batch, key in zip((1, 10, 100, 1000, 10_000), keys, strict=True):
        assert [each for each in keys if each.startswith(of_batch(TARGETS, batch))] == [key]


@pytest.mark.parametrize(
    "snapshot",
    [Snapshot({"a": 1}, {"b": 2}, {"a": 1}, "me"), Snapshot({"a": 2}, {"b": 2}, {"a": 1}, "me")],
    ids=["the first cycle", "a later cycle"],
)
def test_what_a_target_was_at_first_is_stored_once_it_differs(snapshot: Snapshot) -> None:
    item = snapshot.item()
    assert ("original" in item) is (snapshot.original != snapshot.document)
    assert Snapshot.of(item) == snapshot


def test_what_a_change_makes_of_a_target_is_what_is_read_of_its_record() -> None:
    before = replace(NEW, status="restoring", restorers={"a": 30.0, "b": 40.0}, new_name="n")
    values = {"captured_by": "me", "restorer#c": 50.0, "history": [asdict(Turn("x", "y", 1, 2))]}
    change = before.change("reserved", expect=(), values=values, remove=("restorer#a", "new_name"))
    assert before.after(change) == replace(
        before,
        status="reserved",
        captured_by="me",
        history=(Turn("x", "y", 1, 2),),
        restorers={"b": 40.0, "c": 50.0},
        new_name="",
    )


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
    given = ("experiment_id", "key", "status", "name", "snapshot", "sk")
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
    assert (item["version"], item["experiment"]) == (2, ASKED.stored())
    assert Meta.of({**item, "warnings": ["w"], "added": 1}) == meta
    assert Meta.of(item) == replace(meta, warnings=())
    assert meta.batches == [0, 1, 2]


def test_an_experiment_that_has_only_begun_is_read_back() -> None:
    item = {name: getattr(BEGUN, name) for name in ("experiment_id", "status", "execution_arn")}
    item |= {"deadline": 9, "experiment": ASKED.stored()}
    assert Meta.of(item) == BEGUN
    assert (BEGUN.started_at, BEGUN.closed_at, BEGUN.restore_attempt) == (0, 0, 0)
    assert (BEGUN.reason, BEGUN.restore_execution_arn, BEGUN.failure) == ("", "", None)
    assert (BEGUN.rounds, BEGUN.warnings, BEGUN.batches) == ((), (), [])
