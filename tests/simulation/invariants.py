"""The promises of the restore protocol, as they are checked after every step.

Each is numbered as in docs/protocol.md; a world that breaks one says which.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from snapback.faults.mappings.mapping import key_of, lock_of
from snapback.model.effects import Call, Key
from snapback.model.records import (
    SNAPSHOTS,
    TARGETS,
    Meta,
    Snapshot,
    Target,
    lock_key,
    meta_key,
    partition,
)
from snapback.model.timings import Timings
from tests.fakes.mappings import DELETE, UPDATE, Source, described, key_of_request, moved_on
from tests.fakes.switch.api import BROKEN, SET
from tests.fakes.values import value_of
from tests.simulation.source import differs
from tests.simulation.switches import SECRET, Switch, wrong
from tests.simulation.world import Flight, World

_ENDS = ("skipped", "restored", "conflict", "abandoned")


def in_time(world: World, effect: Any, ends_at: float | None) -> World:
    """A request is sent: [4] a fault only while its injector can still record the answer."""
    late = ends_at is not None and world.now >= ends_at - Timings().send_margin_seconds
    fault = isinstance(effect, Call) and is_fault(effect.operation, effect.params)
    return world.breaks("4: a fault is sent after send_until" if late and fault else "")


def after_fault(world: World, experiment_id: str, broken: Source) -> World:
    """A mapping was broken: [1] with a snapshot and the lock, [3] before the close, [4] in time."""
    target = _target(world, experiment_id, broken.key)
    chosen = target is not None and target.name == broken.uuid
    if broken.by_hand and not chosen:
        return world.breaks("6: a person's mapping is broken")
    return world.breaks(_unfounded(world, experiment_id, target, "mapping"))


def after_flip(world: World, experiment_id: str, before: Switch, asked: Mapping[str, Any]) -> World:
    """A switch was broken: the same, [4] stage by stage."""
    target = _target(world, experiment_id, before.name)
    unfounded = _unfounded(world, experiment_id, target, "switch")
    return world.breaks(unfounded or (wrong(before, asked, target) if target else ""))


def _unfounded(world: World, experiment_id: str, target: Target | None, what: str) -> str:
    """Why nothing may be broken now, or an empty string."""
    meta = world.item(meta_key(experiment_id))
    if target is None or not _captured(target):
        return f"1: a {what} is broken without a stored snapshot"
    if meta is None or meta["status"] == "closed":
        return f"3: a {what} is broken after its experiment is closed"
    if {_owner(world, lock) for lock in target.locks} != {experiment_id}:
        return f"1: a {what} is broken without its lock"
    if target.status != "injecting":
        return f"4: a {what} is broken while its target is {target.status}"
    return ""


def at_create(world: World, experiment_id: str, key: str) -> World:
    """A create is sent: [1] only what is stored is made."""
    target = _target(world, experiment_id, key)
    founded = target is not None and target.undo
    return world.breaks("" if founded else "1: a mapping is made without a stored request")


def after_create(world: World) -> World:
    """A create took effect: [5] the function never reads a source twice."""
    live = [described(each) for each in world.mappings if each.live]
    read = [(each["EventSourceArn"], each["FunctionArn"].split(":")[6]) for each in live]
    twice = len(read) > len(set(read)) and not world.acts
    return world.breaks("5: a function reads one source twice" if twice else "")


def after_write(before: World, after: World) -> World:
    """Items changed: [2] snapshots show no window, [3] what closed is closed, [4] so is an end."""
    return after.breaks(next(_wrong_writes(dict(before.table), after), ""))


def _wrong_writes(old: Mapping[Key, int], world: World) -> Iterator[str]:
    for key, number in world.table:
        if old.get(key) == number:
            continue
        item = value_of(number)
        if key.sk.startswith(TARGETS):
            known = _target_of(old[key]) if key in old else None
            yield from _wrong_move(world, known, _target_of(number))
            yield from _wrong_capture(world, _target_of(number))
        elif key.sk.startswith(SNAPSHOTS) and SECRET in json.dumps(item):
            yield "1: what may not be stored is in the table"
        elif key.sk == "meta" and item["status"] == "closed":
            for target in _targets(world):
                if target.experiment_id == item["experiment_id"]:
                    yield from _wrong_close(world, target)


def _wrong_move(world: World, old: Target | None, new: Target) -> Iterator[str]:
    """While rounds go on, a restore takes no target that stays broken beside another."""
    meta = Meta.of(world.item(meta_key(new.experiment_id)))
    beside = {batch for each in meta.rounds for batch in each.beside}
    if new.status == "restoring" and meta.status == "running" and new.batch in beside:
        yield "4: a target beside the canary is put back"
    if old and old.cycle == new.cycle and old.status in _ENDS and old.status != new.status:
        yield f"4: a target that was {old.status} becomes {new.status}"


def _wrong_capture(world: World, target: Target) -> Iterator[str]:
    """A snapshot counts once its target names it: until then nobody reads it."""
    stored = world.item(target.snapshot_at) if target.status == "captured" else None
    config = stored["document"].get("config") if stored else None
    if config and config["State"] != "Enabled":
        yield "2: a snapshot shows another experiment's window"
    if config and _owner(world, lock_of(key_of(config))) != target.experiment_id:
        yield "2: a snapshot is taken without the lock"


def _wrong_close(world: World, target: Target) -> Iterator[str]:
    if target.status not in _ENDS:
        yield f"3: it is closed while a target is {target.status}"
    [lock] = [world.item(lock_key(name)) or {} for name in target.locks]
    if lock.get("owner") == target.experiment_id and "quiet_at" not in lock:
        yield "3: it is closed and still owns a lock"
    for each in world.flights:
        if each.experiment_id != target.experiment_id:
            continue
        if is_fault(each.operation, value_of(each.params)):
            yield "3: it is closed while its fault can still land"
        if _concerns(each, target) and each.until > lock.get("quiet_at", 0):
            yield "3: its lock is free while its restore can still land"


def _captured(target: Target) -> bool:
    """Whether it has the snapshot of its own capture, and what undoes its fault."""
    snapshot = target.snapshot
    return bool(snapshot.undo) and snapshot.captured_by == target.captured_by


def _concerns(flight: Flight, target: Target) -> bool:
    asked = value_of(flight.params)
    if flight.operation == SET:
        return bool(asked["Name"] == target.name)
    if "UUID" in asked:
        return bool(asked["UUID"] in (target.name, target.new_name))
    return key_of_request(flight.params) == target.key


def is_fault(operation: str, params: Mapping[str, Any]) -> bool:
    """Whether a request breaks a target."""
    if operation == SET:
        return params["Value"] in BROKEN
    return operation == DELETE or (operation == UPDATE and params.get("Enabled") is False)


def unrest(world: World, start: Iterable[Source]) -> Iterator[str]:
    """Once everything is closed, each mapping is as it was, or a report says whose it is [5, 6, 8]."""
    if not all_closed(world):
        return
    if any("quiet_at" not in lock for lock in world.items("lock")):
        yield "3: all is closed and a lock is left"
    if any(each.broken for each in world.switches):
        yield "8: all is closed and a switch is broken"
    for was in start:
        yield from _differs(world, was)


def _differs(world: World, was: Source) -> Iterator[str]:
    stands = [_at_last(each) for each in world.mappings if each.key == was.key]
    told = any(t.status == "conflict" for t in _targets(world) if t.key == was.key)
    if told and not world.acts:
        yield "6: a conflict is reported and nobody interfered"
    if told or "deletes it" in world.acts:
        return
    if len(stands) != 1 or not stands[0].live:
        yield "8: all is closed and a mapping is missing"
    elif differs(was, stands[0]):
        whose = "6: a person's" if stands[0].by_hand else "8: a"
        yield f"{whose} mapping that is not as it was passes for restored"


def _at_last(source: Source) -> Source:
    """A mapping once it is settled."""
    return (moved_on(source) or source) if source.live and not source.settled else source


def all_closed(world: World) -> bool:
    """Whether every experiment that began is closed."""
    return all(item["status"] == "closed" for item in world.items("meta"))


def _targets(world: World) -> list[Target]:
    return [_target_of(number) for key, number in world.table if key.sk.startswith("target#")]


def _target(world: World, experiment_id: str, key: str) -> Target | None:
    mine = partition(experiment_id)
    for each, number in world.table:
        if each.pk == mine and each.sk.startswith(TARGETS) and _target_of(number).key == key:
            return _target_of(number, dict(world.table).get(_target_of(number).snapshot_at))
    return None


@cache
def _target_of(number: int, snapshot: int | None = None) -> Target:
    taken = Snapshot() if snapshot is None else Snapshot.of(value_of(snapshot))
    return Target.of(value_of(number), taken)


def _owner(world: World, name: str) -> str:
    lock = world.item(lock_key(name))
    return str(lock["owner"]) if lock else ""
