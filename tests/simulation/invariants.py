"""The promises of the restore protocol, as they are checked after every step.

Each is numbered as in docs/protocol.md; a world that breaks one says which.
"""

from collections.abc import Iterable

from snapback.faults.mappings.mapping import key_of, lock_of
from snapback.model.effects import Item, Key
from snapback.model.records import (
    SNAPSHOTS,
    TARGETS,
    Snapshot,
    Target,
    lock_key,
    meta_key,
    partition,
    snapshot_key,
    target_key,
)
from tests.fakes.values import value_of
from tests.simulation.source import Source, config, differs, key_of_request
from tests.simulation.world import Flight, World

_ENDS = ("skipped", "restored", "conflict", "abandoned")


def after_fault(world: World, experiment_id: str, broken: Source) -> World:
    """A fault took effect: [1] with a snapshot and the lock, [3] before the close, [4] in time."""
    target = _target(world, experiment_id, broken.key)
    meta = world.item(meta_key(experiment_id))
    chosen = target is not None and target.name == broken.uuid
    if broken.by_hand and not chosen:
        return world.breaks("6: a person's mapping is broken")
    if target is None or not _captured(target):
        return world.breaks("1: a mapping is broken without a stored snapshot")
    if meta is None or meta["status"] == "closed":
        return world.breaks("3: a mapping is broken after its experiment is closed")
    if _owner(world, broken.key) != experiment_id:
        return world.breaks("1: a mapping is broken without its lock")
    if target.status != "injecting":
        return world.breaks(f"4: a mapping is broken while its target is {target.status}")
    return world


def at_create(world: World, experiment_id: str, key: str) -> World:
    """A create is sent: [1] only what is stored is made."""
    target = _target(world, experiment_id, key)
    if target is None or not target.undo:
        return world.breaks("1: a mapping is made without a stored request")
    return world


def after_create(world: World) -> World:
    """A create took effect: [5] the function never reads a source twice."""
    live = [config(each) for each in world.mappings if each.live]
    read = [(each["EventSourceArn"], each["FunctionArn"].split(":")[6]) for each in live]
    if len(read) > len(set(read)) and not world.acts:
        return world.breaks("5: a function reads one source twice")
    return world


def after_write(before: World, after: World) -> World:
    """Items changed: [2] snapshots show no window, [3] what closed is closed, [4] so is an end."""
    old = dict(before.table)
    for key, number in after.table:
        if old.get(key) == number:
            continue
        item = value_of(number)
        if key.sk.startswith(TARGETS):
            known = Target.of(value_of(old[key])) if key in old else None
            after = _after_move(after, known, Target.of(item))
        elif key.sk.startswith(SNAPSHOTS):
            after = _after_capture(after, key, item)
        elif key.sk == "meta" and item["status"] == "closed":
            after = _after_close(after, item["experiment_id"])
    return after


def _after_move(world: World, old: Target | None, new: Target) -> World:
    if old and old.cycle == new.cycle and old.status in _ENDS and old.status != new.status:
        return world.breaks(f"4: a target that was {old.status} becomes {new.status}")
    return world


def _after_capture(world: World, at: Key, item: Item) -> World:
    config = item["document"]["config"]
    if config["State"] != "Enabled":
        return world.breaks("2: a snapshot shows another experiment's window")
    if partition(_owner(world, key_of(config))) != at.pk:
        return world.breaks("2: a snapshot is taken without the lock")
    return world


def _captured(target: Target) -> bool:
    """Whether it has the snapshot of its own capture, and what undoes its fault."""
    snapshot = target.snapshot
    return bool(snapshot.undo) and snapshot.captured_by == target.captured_by


def _after_close(world: World, experiment_id: str) -> World:
    for target in _targets(world):
        if target.experiment_id != experiment_id:
            continue
        if target.status not in _ENDS:
            return world.breaks(f"3: it is closed while a target is {target.status}")
        lock = world.item(lock_key(lock_of(target.key)))
        if lock and lock["owner"] == experiment_id and "quiet_at" not in lock:
            return world.breaks("3: it is closed and still owns a lock")
        quiet_at = lock.get("quiet_at", 0) if lock else 0
        for each in world.flights:
            if each.experiment_id != experiment_id:
                continue
            if _is_fault(each):
                return world.breaks("3: it is closed while its fault can still land")
            if _concerns(each, target) and each.until > quiet_at:
                return world.breaks("3: its lock is free while its restore can still land")
    return world


def _concerns(flight: Flight, target: Target) -> bool:
    asked = value_of(flight.params)
    if "UUID" in asked:
        return bool(asked["UUID"] in (target.name, target.new_name))
    return key_of_request(flight.params) == target.key


def _is_fault(flight: Flight) -> bool:
    disables = value_of(flight.params).get("Enabled") is False
    return flight.operation.startswith("Delete") or (
        flight.operation.startswith("Update") and disables
    )


def at_rest(world: World, start: Iterable[Source]) -> World:
    """Everything is closed: each mapping is as it was, or a report says whose it is [5, 6, 8]."""
    if not all_closed(world):
        return world
    if any("quiet_at" not in lock for lock in world.items("lock")):
        return world.breaks("3: all is closed and a lock is left")
    for was in start:
        if what := _fault_of(world, was):
            return world.breaks(what)
    return world


def _fault_of(world: World, was: Source) -> str:
    stands = [each for each in world.mappings if each.key == was.key]
    told = any(t.status == "conflict" for t in _targets(world) if t.key == was.key)
    if told and not world.acts:
        return "6: a conflict is reported and nobody interfered"
    if told or "deletes it" in world.acts:
        return ""
    if len(stands) != 1 or not stands[0].live:
        return "8: all is closed and a mapping is missing"
    if not stands[0].settled:
        return ""
    if differs(was, stands[0]):
        whose = "6: a person's" if stands[0].by_hand else "8: a"
        return f"{whose} mapping that is not as it was passes for restored"
    return ""


def all_closed(world: World) -> bool:
    """Whether every experiment that began is closed."""
    return all(item["status"] == "closed" for item in world.items("meta"))


def _targets(world: World) -> list[Target]:
    return [Target.of(item) for item in world.items("target#")]


def _target(world: World, experiment_id: str, key: str) -> Target | None:
    item = world.item(target_key(experiment_id, key))
    snapshot = Snapshot.of(world.item(snapshot_key(experiment_id, key)) or {})
    return Target.of(item, snapshot) if item else None


def _owner(world: World, key: str) -> str:
    lock = world.item(lock_key(lock_of(key)))
    return str(lock["owner"]) if lock else ""
