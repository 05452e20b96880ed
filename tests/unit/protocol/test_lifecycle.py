"""The experiment's own record, and what belongs to it."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.model.effects import Effect, Fetch, Key, Load
from snapback.model.errors import InvalidExperiment, TargetsNotRestored, WindowClosed
from snapback.model.records import (
    Snapshot,
    Target,
    lock_key,
    meta_key,
    snapshot_key,
    target_key,
)
from snapback.protocol.lifecycle import (
    KEPT_SECONDS,
    begin,
    close,
    commit,
    extend,
    fence,
    load,
    load_standing,
    load_targets,
    open_experiments,
    reload,
    warn,
    warned,
)
from tests.fakes.world import World
from tests.unit.protocol.fault import META, SNAPSHOT, put, put_meta, stored

PREPARING = replace(META, status="preparing")


def record(world: World) -> Any:
    return world.items[meta_key("run")]


def test_an_experiment_begins_open_and_may_be_announced_twice() -> None:
    """Step Functions may start its task again."""
    world = World()
    world.run(begin(PREPARING))
    world.run(begin(replace(PREPARING, deadline=9)))
    assert (record(world)["status"], record(world)["open"]) == ("preparing", "yes")
    assert world.run(load("run")) == replace(PREPARING, deadline=9)
    assert world.run(open_experiments()) == ["run"]


@pytest.mark.parametrize("status", ["preparing", "running", "restoring", "closed"])
def test_a_name_that_another_execution_has_used_is_refused(status: str) -> None:
    """Names of executions may be used again after 90 days; records are kept for longer."""
    world = World()
    put_meta(world, replace(META, status=status, execution_arn="arn:earlier"))
    before = dict(world.items)
    with pytest.raises(InvalidExperiment) as refusal:
        world.run(begin(PREPARING))
    assert str(refusal.value) == (
        "execution name: 'run' was used by arn:earlier; start the execution under another name"
    )
    assert world.items == before


@pytest.mark.parametrize("status", ["running", "restoring", "closed"])
def test_an_execution_that_is_past_its_preparation_does_not_begin_again(status: str) -> None:
    world = World()
    put_meta(world, replace(META, status=status))
    with pytest.raises(WindowClosed, match=f"run is {status}"):
        world.run(begin(PREPARING))


def test_an_experiment_without_a_record_is_refused_by_name() -> None:
    with pytest.raises(InvalidExperiment, match="'run' is not known"):
        World().run(load("run"))


def test_one_write_commits_a_preparation_and_only_a_preparation() -> None:
    world = World()
    put_meta(world, PREPARING)
    world.run(commit(PREPARING, deadline=50))
    assert (record(world)["status"], record(world)["deadline"]) == ("running", 50)
    with pytest.raises(WindowClosed, match="stopped before its window"):
        world.run(commit(PREPARING, deadline=60))
    assert record(world)["deadline"] == 50


@pytest.mark.parametrize(
    ("status", "extended"),
    [("preparing", False), ("running", True), ("restoring", True), ("closed", False)],
)
def test_only_an_experiment_that_goes_on_is_trusted_for_longer(
    status: str, *, extended: bool
) -> None:
    world = World()
    put_meta(world, replace(META, status=status))
    assert world.run(extend(META, 70)) is extended
    assert record(world)["deadline"] == (70 if extended else 0)


def test_the_first_fence_says_why_and_a_later_one_changes_nothing() -> None:
    world = World()
    put_meta(world)
    world.run(fence(META, "an alarm rang"))
    world.run(fence(META, "it is over"))
    assert (record(world)["status"], record(world)["reason"]) == ("restoring", "an alarm rang")


def test_a_fence_for_no_reason_leaves_none() -> None:
    world = World()
    put_meta(world)
    world.run(fence(META))
    assert (record(world)["status"], record(world)["reason"]) == ("restoring", "")


def fenced(world: World) -> None:
    world.put(meta_key("run"), {**record(world), "status": "restoring"})


def test_an_experiment_closes_once_every_target_is_terminal() -> None:
    world = World()
    targets = [put(world, "restored"), put(world, "restoring", key="other", locks=("o",))]
    fenced(world)
    assert not world.run(close(META, targets, now=1000))
    assert record(world)["status"] == "restoring"
    assert lock_key("k") in world.items
    targets[1] = put(world, "conflict", key="other", locks=("o",))
    fenced(world)
    assert world.run(close(META, targets, now=1000))
    assert (record(world)["status"], record(world)["closed_at"]) == ("closed", 1000)
    assert "open" not in record(world)
    assert not {lock_key("k"), lock_key("o")} & set(world.items)


def test_a_lock_stays_while_a_request_of_a_restorer_may_still_land() -> None:
    world = World()
    heard = put(world, "restored", locks=("shared", "own"))
    unheard = put(
        world, "restored", key="j", locks=("shared",), restorers={"a": 1001, "b": 1060, "c": 900}
    )
    fenced(world)
    assert world.run(close(META, [unheard, heard], now=1000))
    lock = world.items[lock_key("shared")]
    assert (lock["owner"], lock["quiet_at"]) == ("run", 1060)
    assert lock_key("own") not in world.items


@pytest.mark.parametrize(("quiet_at", "kept"), [(999, False), (1000, False), (1001, True)])
def test_a_lock_whose_restorers_are_past_goes_at_once(quiet_at: float, *, kept: bool) -> None:
    world = World()
    target = put(world, "restored", restorers={"a": quiet_at})
    fenced(world)
    world.run(close(META, [target], now=1000))
    assert (lock_key("k") in world.items) is kept


def test_a_lock_that_another_experiment_took_over_is_left_alone() -> None:
    world = World()
    target = put(world, "restored")
    fenced(world)
    world.put(lock_key("k"), {"owner": "another"})
    assert world.run(close(META, [target], now=1000))
    assert world.items[lock_key("k")]["owner"] == "another"


def test_only_a_fenced_experiment_closes() -> None:
    world = World()
    world.run(close(META, [put(world, "restored")], now=1000))
    assert record(world)["status"] == "running"


def test_targets_are_loaded_with_their_own_snapshots() -> None:
    world = World()
    put(world, "captured", batch=0)
    later = Snapshot({"was": 2}, {"undo": 2}, {"was": 1}, "later")
    put(world, "captured", key="j", batch=1, snapshot=later, captured_by="later")
    assert [each.snapshot for each in world.run(load_standing("run"))] == [Snapshot()] * 2
    found = {each.key: each.snapshot for each in world.run(load_targets("run"))}
    assert found == {"k": SNAPSHOT, "j": later}
    assert [each.key for each in world.run(load_targets("run", 1))] == ["j"]
    assert [each.key for each in world.run(load_standing("run", 1))] == ["j"]


def test_a_batch_is_loaded_without_the_others_and_its_snapshots_may_lag() -> None:
    world = World()
    put(world, "captured", batch=1)
    put(world, "captured", key="j", batch=2)
    loads: list[Effect] = []
    world.meanwhile = loads.append
    world.run(load_targets("run", 1))
    assert loads == [
        Load("experiment#run", "target#0001#"),
        Load("experiment#run", "target-snapshot#0001#", may_lag=True),
    ]


@pytest.mark.parametrize("seen", ["the one before", "none"])
def test_a_snapshot_that_lags_behind_is_read_again(seen: str) -> None:
    world = World()
    target = put(world, "captured")
    late = target.snapshot_at
    now = world.items[late]
    before = {**now, "captured_by": "before", "undo": {"undo": 0}}

    def lags(effect: Effect) -> None:
        if isinstance(effect, Load) and effect.may_lag:
            world.items.pop(late, None)
            world.items |= {late: before} if seen == "the one before" else {}
        else:
            world.items[late] = now

    world.meanwhile = lags
    [found] = world.run(load_targets("run", 0))
    assert found.snapshot == SNAPSHOT


@pytest.mark.parametrize("batch", [None, 1])
def test_records_of_the_first_version_are_found_where_they_are(batch: int | None) -> None:
    """There, no batch was in the sort keys, and every record had its key."""
    world = World()
    for key, number in (("k", 1), ("j", 2)):
        of_one = {"experiment_id": "run", "key": key, "name": key, "batch": number}
        captured = {"status": "captured", "captured_by": "me", "cycle": 0}
        world.put(Key("experiment#run", f"target#{key}"), of_one | captured)
        snapshot = {"captured_by": "me", "undo": {"undo": number}, "document": {}}
        world.put(Key("experiment#run", f"target-snapshot#{key}"), snapshot)
    found = world.run(load_targets("run", batch))
    assert {each.key: each.undo for each in found} == (
        {"k": {"undo": 1}} | ({} if batch else {"j": {"undo": 2}})
    )
    world.run(iter(found[0].move("skipped", expect=("captured",))))
    moved = [key.sk for key, item in world.items.items() if item.get("status") == "skipped"]
    assert moved == [found[0].sk] == [f"target#{found[0].key}"]


def test_what_an_earlier_version_has_begun_is_not_begun_again() -> None:
    """Its targets would stand beside those that this version reserves, and keep it open."""
    world = World()
    put_meta(world, PREPARING)
    world.put(meta_key("run"), {**record(world), "version": 1})
    with pytest.raises(WindowClosed, match="run is preparing; start a new execution"):
        world.run(begin(PREPARING))


@pytest.mark.parametrize("warnings", [(), ("a lag", "a key")])
def test_warnings_are_kept_apart_from_what_is_often_written(warnings: tuple[str, ...]) -> None:
    world = World()
    begun = replace(PREPARING, warnings=warnings)
    world.run(begin(begun))
    world.run(warn(begun))
    assert "warnings" not in record(world)
    assert world.run(warned(world.run(load("run")))) == begun


def test_warnings_of_the_first_version_are_in_the_record() -> None:
    world = World()
    put_meta(world)
    world.put(meta_key("run"), {**record(world), "warnings": ["a lag"]})
    assert world.run(warned(world.run(load("run")))).warnings == ("a lag",)


def test_a_target_that_names_no_capture_has_no_snapshot() -> None:
    world = World()
    put(world, "reserved", captured_by="")
    [found] = world.run(load_targets("run"))
    assert found.snapshot == Snapshot()


def test_a_snapshot_belongs_to_its_capture() -> None:
    """Another capture came between: the undo of the first would put back what was before it."""
    world = World()
    read = put(world, "captured")
    again = Snapshot({"was": 2}, {"undo": 2}, {"was": 1}, "again")
    put(world, "injected", snapshot=again, captured_by="again", cycle=1)
    found = world.run(reload(read))
    assert (found.cycle, found.snapshot) == (1, again)


def test_a_target_that_is_captured_between_two_reads_is_read_again() -> None:
    """The record is of the first capture, and its snapshot by then of the second."""
    world = World()
    put(world, "captured")
    again = Snapshot({"was": 2}, {"undo": 2}, {"was": 1}, "again")

    def captured_again(effect: Effect) -> None:
        if effect == Fetch(snapshot_key("run", "k")):
            put(world, "injected", snapshot=again, captured_by="again")

    world.meanwhile = captured_again
    found = world.run(reload(stored(world)))
    assert (found.status, found.snapshot) == ("injected", again)


@pytest.mark.parametrize("gone", [target_key("run", "k"), snapshot_key("run", "k")])
def test_a_record_that_is_gone_is_told_of_and_not_waited_for(gone: Any) -> None:
    world = World()
    target = put(world, "injected")
    del world.items[gone]
    with pytest.raises(TargetsNotRestored, match="orders is gone; put it back by hand"):
        world.run(reload(replace(target, snapshot=Snapshot())))


def about_to_close(status: str, **changes: Any) -> tuple[World, Target]:
    """An experiment that is about to be closed, with its one target."""
    world = World()
    target = put(world, status, **changes)
    put_meta(world, replace(META, status="restoring"))
    return world, target


def expiring(world: World) -> dict[str, int]:
    return {k.sk: item["expires_at"] for k, item in world.items.items() if "expires_at" in item}


@pytest.mark.parametrize("status", ["restored", "skipped"])
def test_a_closed_experiment_leaves_the_table_after_a_year(status: str) -> None:
    """Its target has got its end with its last write."""
    world, target = about_to_close(status)
    assert world.run(close(META, [target], now=1000.5))
    assert expiring(world) == dict.fromkeys(("meta", target.snapshot_at.sk), 1000 + KEPT_SECONDS)


def test_a_target_that_was_never_captured_gets_no_snapshot_by_its_end() -> None:
    world, target = about_to_close("skipped", captured_by="")
    del world.items[target.snapshot_at]
    assert world.run(close(META, [target], now=1000))
    assert target.snapshot_at not in world.items


def test_a_snapshot_that_no_target_names_leaves_the_table_as_well() -> None:
    """Whoever captured the target was killed before the target could name the capture."""
    world, target = about_to_close("skipped", captured_by="")
    world.run(close(META, [target], now=1000))
    assert target.snapshot_at.sk in expiring(world)


@pytest.mark.parametrize(
    ("status", "closed"), [("conflict", True), ("abandoned", True), ("restoring", False)]
)
def test_what_was_not_put_back_is_kept_for_good(status: str, *, closed: bool) -> None:
    """Its snapshot may be all that is left of it."""
    world, target = about_to_close(status)
    back = put(world, "restored", key="j")
    put_meta(world, replace(META, status="restoring"))
    assert world.run(close(META, [target, back], now=1000)) is closed
    assert [*expiring(world)] == ([back.snapshot_at.sk] if closed else [])
