"""Lock, then read, then store: in transactions that DynamoDB takes."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import inf
from typing import Any

import pytest

from snapback.model.effects import TRANSACTION_ITEMS, Call, Effect, Step, Write
from snapback.model.errors import (
    TargetsChanged,
    TargetsLocked,
    TargetsNotRestored,
    WindowClosed,
)
from snapback.model.records import (
    Meta,
    Snapshot,
    Target,
    Turn,
    lock_key,
    meta_key,
    snapshot_key,
    target_key,
)
from snapback.protocol.contract import Captured, Pending, Terms, Unfit, View
from snapback.protocol.lifecycle import load_standing, load_targets
from snapback.protocol.prepare import Capture, capture_all, renew_all, reserve
from tests.fakes.attempts import TIMINGS
from tests.fakes.table import MOST_ITEMS
from tests.fakes.world import World
from tests.unit.protocol.fault import META, SNAPSHOT, Fault, change, put, put_meta, stored

PREPARING = replace(META, status="preparing")


def preparing(meta: Meta = PREPARING) -> World:
    world = World()
    put_meta(world, meta)
    return world


def unread(number: int = 0, locks: int = 1) -> Target:
    """A target as it is before it is reserved."""
    names = tuple(f"lock-{number}-{lock}" for lock in range(locks))
    return Target("run", f"k{number}", "reserved", f"orders-{number}", names, batch=number % 40)


def sizes(world: World) -> list[int]:
    """How many items each transaction held."""
    return [len(write.changes) for write in world.writes]


def locked(world: World, *targets: Target) -> None:
    world.run(reserve(PREPARING, targets, world.attempt()))


@pytest.mark.parametrize("locks", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("count", [1, 49, 50, 99, 100, 200])
def test_every_target_is_locked_in_transactions_of_a_hundred_items_at_most(
    count: int, locks: int
) -> None:
    world = preparing()
    targets = [unread(number, locks) for number in range(count)]
    locked(world, *targets)
    assert max(sizes(world)) <= TRANSACTION_ITEMS == MOST_ITEMS == 100
    assert sum(sizes(world)) == count * (1 + locks) + len(sizes(world))
    for target in targets:
        assert world.items[target.at]["status"] == "reserved"
        assert all(world.items[lock_key(each)]["owner"] == "run" for each in target.locks)


def test_a_transaction_is_as_full_as_it_may_be() -> None:
    world = preparing()
    locked(world, *(unread(number) for number in range(100)))
    assert sizes(world) == [99, 99, 5]


def test_targets_may_share_a_lock_in_one_transaction_and_across_two() -> None:
    world = preparing()
    locked(world, *(replace(unread(number), locks=("shared",)) for number in range(60)))
    assert world.items[lock_key("shared")]["owner"] == "run"
    assert len([key for key in world.items if key.sk.startswith("target#")]) == 60


def test_a_target_is_reserved_with_what_is_known_of_it() -> None:
    world = preparing()
    locked(world, replace(unread(7), cycle=0))
    assert stored(world, "k7", 7) == unread(7)


def test_a_reservation_may_be_repeated() -> None:
    world = preparing()
    locked(world, unread())
    locked(world, unread())
    assert stored(world, "k0").status == "reserved"


def test_who_holds_a_target_is_named_and_nothing_of_its_transaction_is_taken() -> None:
    world = preparing()
    world.put(lock_key("lock-1-0"), {"owner": "theirs"})
    with pytest.raises(TargetsLocked, match="orders-1 is held by experiment theirs") as refusal:
        locked(world, unread(0), unread(1), unread(2))
    assert len(str(refusal.value).splitlines()) == 1
    assert target_key("run", "k0") not in world.items
    assert lock_key("lock-0-0") not in world.items


def test_a_lock_that_is_kept_for_a_late_request_is_refused_with_its_time() -> None:
    world = preparing()
    world.put(lock_key("lock-0-0"), {"owner": "earlier", "quiet_at": 1060})
    with pytest.raises(TargetsLocked, match=r"earlier.*may still land; start again after 00:17:40"):
        locked(world, unread(0))
    assert world.items[lock_key("lock-0-0")]["owner"] == "earlier"


@pytest.mark.parametrize(("now", "taken"), [(1060, False), (1060.5, True)])
def test_such_a_lock_is_removed_once_the_request_can_no_longer_land(
    now: float, *, taken: bool
) -> None:
    world = preparing()
    world.now = now
    world.put(lock_key("lock-0-0"), {"owner": "earlier", "quiet_at": 1060})
    if taken:
        locked(world, unread(0))
    else:
        with pytest.raises(TargetsLocked):
            locked(world, unread(0))
    lock = world.items[lock_key("lock-0-0")]
    assert lock["owner"] == ("run" if taken else "earlier")
    assert ("quiet_at" in lock) is not taken


def test_a_lock_that_is_taken_in_between_is_not_removed() -> None:
    """It was quiet when it was read; by then it is another experiment's."""
    world = preparing()
    world.put(lock_key("lock-0-0"), {"owner": "earlier", "quiet_at": 900})

    def other(effect: Effect) -> None:
        if isinstance(effect, Write) and effect.changes[0].delete:
            world.put(lock_key("lock-0-0"), {"owner": "other"})

    world.meanwhile = other
    with pytest.raises(TargetsLocked, match="held by experiment other"):
        locked(world, unread(0))
    assert world.items[lock_key("lock-0-0")]["owner"] == "other"


@pytest.mark.parametrize("status", ["running", "restoring", "closed"])
def test_an_experiment_that_was_stopped_locks_nothing(status: str) -> None:
    world = preparing(replace(META, status=status))
    with pytest.raises(WindowClosed, match="stopped while it locked"):
        locked(world, unread(0))
    assert lock_key("lock-0-0") not in world.items


def captured(
    world: World,
    fault: Fault,
    *targets: Target,
    owner: str = "me",
    at: float = 1000,
    patience: float = 0,
) -> list[Target]:
    terms = Terms(META.experiment, TIMINGS, at)
    attempt = world.attempt(owner)
    shared = attempt.shared(fault.look, targets, 10)
    how = Capture(fault, terms, shared, attempt, until=attempt.now + patience)
    return world.run(capture_all(targets, how))


def test_a_capture_is_stored_with_what_puts_the_target_back() -> None:
    world = World()
    [target] = captured(world, Fault(), put(world, "reserved", captured_by="", snapshot=Snapshot()))
    assert (target.status, target.captured_at, target.captured_by) == ("captured", 1000, "me")
    assert target.snapshot == Snapshot({"at": 1000}, {"undo": 1000}, {"at": 1000}, "me")
    assert world.items[snapshot_key("run", "k")]["undo"] == {"undo": 1000}


def test_a_second_capture_replaces_the_snapshot_and_keeps_the_original_of_a_cycle_before() -> None:
    world = World()
    turn = Turn("orders", "new", 900, 950)
    [target] = captured(world, Fault(), put(world, "reserved", cycle=1, history=(turn,)))
    assert target.snapshot == Snapshot({"at": 1000}, {"undo": 1000}, {"was": 1}, "me")


def test_a_target_that_was_never_broken_is_as_its_last_capture_saw_it() -> None:
    world = World()
    [target] = captured(world, Fault(), put(world, "captured"))
    assert target.snapshot.original == {"at": 1000}


def test_every_target_that_cannot_be_taken_is_named() -> None:
    world = World()
    targets = [put(world, "reserved", key=each, name=each) for each in ("a", "b", "c", "d")]
    found: dict[str, Captured | Unfit] = {
        "a": Unfit("a is gone"),
        "b": Captured("another", {}, {}),
        "d": Unfit("d is being changed"),
    }
    with pytest.raises(TargetsChanged) as refusal:
        captured(world, Fault(found=found), *targets)
    assert str(refusal.value).splitlines() == [
        "a is gone",
        "b was changed after validation; start again",
        "d is being changed",
    ]
    assert stored(world, "b").status == "reserved"


def interrupted(world: World, target: Target, then: Callable[[], object]) -> None:
    """A capture of `slow`, in which something happens before its target names it."""

    def meanwhile(effect: Effect) -> None:
        if isinstance(effect, Write) and effect.changes[0].key == target.at:
            world.meanwhile = lambda _: None
            then()

    world.meanwhile = meanwhile
    captured(world, Fault(), target, owner="slow")


def as_stored(world: World) -> tuple[str, str]:
    """Which capture the target names, and which one its snapshot is of."""
    [target] = world.run(load_standing("run"))
    return target.captured_by, world.items[target.snapshot_at]["captured_by"]


@dataclass
class Settling(Fault):
    """Its targets are in transition until a moment, as the lists that they share show it."""

    world: World = field(default_factory=World)
    settled_at: float = inf

    def look(self, targets: Sequence[Target]) -> Step[View]:  # noqa: ARG002
        yield from Call("lambda", "ListEventSourceMappings", {})
        return View(problem="" if self.settled_at <= self.world.now else "in transition")

    def snapshot(
        self, target: Target, terms: Terms, view: View
    ) -> Step[Captured | Unfit | Pending]:
        if view.problem:
            return Pending(f"{target.name} is {view.problem}")
        return (yield from super().snapshot(target, terms, view))


def settling(settled_at: float) -> tuple[World, Settling, list[Target]]:
    """Three targets of a batch that are at rest from a moment on; now it is 1000."""
    world = World({"ListEventSourceMappings": {}})
    targets = [put(world, "reserved", key=name, name=name) for name in ("a", "b", "c")]
    return world, Settling(world=world, settled_at=settled_at), targets


def test_targets_in_transition_are_waited_for_and_looked_at_together() -> None:
    world, fault, targets = settling(1005)
    taken = captured(world, fault, *targets, patience=10)
    assert [each.status for each in taken] == ["captured"] * 3
    assert world.called_at == [1000, 1002, 1004, 1006]
    assert world.now == 1006


def test_targets_that_are_at_rest_share_one_look() -> None:
    world, fault, targets = settling(0)
    captured(world, fault, *targets, patience=10)
    assert (world.called_at, world.pauses) == ([1000], [])


def test_a_target_alone_is_looked_at_until_it_is_at_rest() -> None:
    world, fault, targets = settling(1003)
    captured(world, fault, targets[0], patience=10)
    assert world.called_at == [1000, 1002, 1004]


@pytest.mark.parametrize(("patience", "given_up_at"), [(0, 1000), (10, 1010), (11, 1010)])
def test_targets_that_stay_in_transition_are_given_up_together(
    patience: float, given_up_at: float
) -> None:
    world, fault, targets = settling(inf)
    with pytest.raises(TargetsChanged) as refusal:
        captured(world, fault, *targets, patience=patience)
    assert str(refusal.value).splitlines() == [f"{name} is in transition" for name in "abc"]
    assert world.now == given_up_at
    assert [stored(world, name).status for name in "abc"] == ["reserved"] * 3


FRESH: dict[str, Any] = {"captured_by": "", "snapshot": Snapshot()}


def unread_target(world: World) -> Target:
    target = put(world, "reserved", **FRESH)
    del world.items[target.snapshot_at]
    nobody = {k: v for k, v in world.items[target.at].items() if k != "captured_by"}
    world.put(target.at, nobody)
    return target


def test_a_first_capture_needs_no_transaction() -> None:
    world = World()
    captured(world, Fault(), unread_target(world))
    assert sizes(world) == [1, 1]
    assert as_stored(world) == ("me", "me")


def test_a_capture_that_was_killed_halfway_is_taken_for_none_and_made_anew() -> None:
    world = World()
    target = unread_target(world)

    def killed() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted(world, target, killed)
    assert [each.snapshot for each in world.run(load_targets("run"))] == [Snapshot()]
    captured(world, Fault(), target, owner="next")
    assert as_stored(world) == ("next", "next")


def test_a_capture_that_was_overtaken_names_nothing() -> None:
    """The workflow may start its task again while the first one still runs."""
    world = World()
    target = unread_target(world)
    with pytest.raises(WindowClosed, match="released while it was captured"):
        interrupted(world, target, lambda: captured(world, Fault(), target, owner="next"))
    assert as_stored(world) == ("next", "next")


def test_a_target_that_was_released_halfway_is_not_captured() -> None:
    world = World()
    target = unread_target(world)
    with pytest.raises(WindowClosed, match="released while it was captured"):
        interrupted(world, target, lambda: change(world, status="skipped"))
    assert stored(world).status == "skipped"


@pytest.mark.parametrize("changes", [{"status": "skipped"}, {"status": "injecting"}, {"cycle": 1}])
def test_a_target_that_was_released_is_not_captured(changes: dict[str, Any]) -> None:
    world = World()
    read = put(world, "reserved")
    change(world, **changes)
    with pytest.raises(WindowClosed, match="released while it was captured"):
        captured(world, Fault(), read)
    assert world.items[snapshot_key("run", "k")]["document"] == SNAPSHOT.document


RESTORED: dict[str, Any] = {
    "new_name": "orders-2",
    "owner": "injector",
    "came_from": "injected",
    "reason": "adopted",
    "acknowledged": True,
    "broken_at": 900.0,
    "injected_at": 901.0,
    "in_force_at": 902.0,
    "fault_ends_at": 990.0,
    "restoring_since": 930.0,
    "restored_at": 950.0,
    "quiet_at": 999.0,
    "stage": 1,
    "stages_in_force": 2,
}


def renewed(world: World, *targets: Target, cycle: int = 1) -> list[Target]:
    return world.run(renew_all(targets, cycle, world.now))


def test_a_restored_target_begins_its_next_cycle_as_new() -> None:
    world = World()
    [target] = renewed(world, put(world, "restored", **RESTORED, restorers={"past": 1000}))
    turn = Turn("orders", "orders-2", 900, 950, "adopted")
    assert (target.status, target.cycle, target.name) == ("reserved", 1, "orders-2")
    assert target.history == (turn,)
    assert target.restorers == {}
    untouched = Target("run", "k", "reserved", "orders-2", ("k",), cycle=1)
    assert stored(world) == replace(target, snapshot=Snapshot())
    left = replace(target, history=(), captured_by="", snapshot=Snapshot())
    assert left == untouched
    assert target.snapshot == SNAPSHOT
    assert asdict(turn) in world.items[target_key("run", "k")]["history"]


def test_a_target_that_is_broken_again_has_no_end_any_more() -> None:
    world = World()
    target = put(world, "restored")
    change(world, expires_at=9)
    [again] = renewed(world, target)
    assert stored(world) == replace(again, snapshot=Snapshot())
    assert "expires_at" not in world.items[target.at]


def test_a_target_that_was_captured_too_long_ago_is_read_again_in_its_cycle() -> None:
    world = World()
    [target] = renewed(world, put(world, "captured", cycle=0), cycle=0)
    assert (target.status, target.cycle, target.history) == ("reserved", 0, ())


@pytest.mark.parametrize("count", [1, 50, 99, 100, 200])
def test_targets_are_renewed_in_transactions_of_a_hundred_items_at_most(count: int) -> None:
    world = World()
    targets = [
        put(world, "restored", key=f"k{number}", locks=("a", "b", "c")) for number in range(count)
    ]
    world.writes.clear()
    assert [each.key for each in renewed(world, *targets)] == [each.key for each in targets]
    assert max(sizes(world)) <= 100
    assert sum(sizes(world)) == count + len(sizes(world))


def test_no_round_begins_while_a_request_of_a_restorer_may_still_land() -> None:
    world = World()
    target = put(world, "restored", restorers={"past": 900, "unheard": 1060})
    with pytest.raises(TargetsNotRestored, match="may still land until 00:17:40 UTC"):
        renewed(world, target)
    assert stored(world).status == "restored"


@pytest.mark.parametrize("status", ["preparing", "restoring", "closed"])
def test_no_round_begins_once_the_window_is_over(status: str) -> None:
    world = World()
    target = put(world, "restored")
    world.put(meta_key("run"), replace(META, status=status).item())
    with pytest.raises(WindowClosed, match="the window is over"):
        renewed(world, target)
    assert stored(world).status == "restored"


@pytest.mark.parametrize(
    ("status", "cycle"),
    [("restored", 1), ("injected", 0), ("skipped", 0), ("conflict", 0), ("captured", 0)],
)
def test_only_what_the_round_before_has_put_back_is_taken(status: str, cycle: int) -> None:
    world = World()
    target = put(world, status, cycle=cycle)
    with pytest.raises(WindowClosed):
        renewed(world, target)
    assert (stored(world).status, stored(world).cycle) == (status, cycle)
