"""Locks, then snapshots: what must be in the table before anything is touched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from snapback.model.clock import Clock
from snapback.model.effects import Change, Fetch, Step, Write
from snapback.model.errors import TargetsChanged, TargetsLocked, TargetsNotRestored, WindowClosed
from snapback.model.payload_limits import cause
from snapback.model.records import (
    UNTOUCHED,
    VERSION,
    Meta,
    Target,
    lock_key,
    meta_key,
    target_key,
)
from snapback.protocol.contract import Captured, Fault, Terms, Unfit
from snapback.protocol.lifecycle import reload

TRANSACTION_ITEMS = 100
TRANSACTION_TARGETS = (TRANSACTION_ITEMS - 1) // 2
"""Two items per target, and the experiment's own."""

_TIMES = ("detached_at", "injected_at", "quiet_at", "restoring_since", "restored_at")
"""Of a target in one cycle."""


def reserve(meta: Meta, targets: Sequence[Target], clock: Clock) -> Step[None]:
    """[2] Lock every target before it is read, in chunks; TargetsLocked names who holds one."""
    for chunk in batched(targets, TRANSACTION_TARGETS):
        locks = {lock_key(target.key): _lock(target) for target in chunk}
        changes = (_while(meta.experiment_id, "preparing"), *locks.values(), *map(_reserved, chunk))
        made = yield from Write(changes)
        if not made and (yield from _quiet_by_now(chunk, clock())):
            made = yield from Write(changes)
        if not made:
            yield from _explain_refused_lock(meta, chunk)


def _while(experiment_id: str, status: str) -> Change:
    return Change(meta_key(experiment_id), any_of=({"status": (status,)},))


def _lock(target: Target) -> Change:
    owner = target.experiment_id
    free = ({"pk": (None,)}, {"owner": (owner,)})
    return Change(lock_key(target.key), free, {"version": VERSION, "owner": owner})


def _reserved(target: Target) -> Change:
    record = {
        "version": VERSION,
        "status": "reserved",
        "key": target.key,
        "uuid": target.uuid,
        "batch": target.batch,
        "cycle": target.cycle,
        "experiment_id": target.experiment_id,
    }
    key = target_key(target.experiment_id, target.key)
    return Change(key, ({"pk": (None,)}, {"status": UNTOUCHED}), record)


def _quiet_by_now(targets: Iterable[Target], now: float) -> Step[bool]:
    """Remove the locks that were only kept until the last request of a restorer could land."""
    removed = False
    for target in targets:
        key = lock_key(target.key)
        lock = yield from Fetch(key)
        if lock and lock.get("quiet_at", now) < now:
            same = {"owner": (lock["owner"],), "quiet_at": (lock["quiet_at"],)}
            removed |= yield from Write((Change(key, (same,), delete=True),))
    return removed


def _explain_refused_lock(meta: Meta, targets: Iterable[Target]) -> Step[None]:
    problems = []
    for target in targets:
        lock = yield from Fetch(lock_key(target.key))
        if lock and lock["owner"] != meta.experiment_id:
            problems.append(f"event_uuids: {target.uuid} {_held(lock)}")
    if problems:
        raise TargetsLocked("\n".join(problems))
    raise WindowClosed(f"experiment {meta.experiment_id} was stopped while it locked its targets")


def _held(lock: Mapping[str, Any]) -> str:
    if "quiet_at" not in lock:
        return f"is held by experiment {lock['owner']}; wait until it is over, or stop it"
    return (
        f"was put back by experiment {lock['owner']}, of which a request that was never answered "
        f"may still be under way; start again after {_time(lock['quiet_at'])}"
    )


def _time(epoch: float) -> str:
    return f"{datetime.fromtimestamp(epoch, UTC):%H:%M:%S} UTC"


def capture(target: Target, fault: Fault, terms: Terms) -> Step[Target | Unfit]:
    """[3] Read a locked target and store its snapshot and the request that restores it."""
    captured = yield from fault.snapshot(target, terms)
    if isinstance(captured, Unfit):
        return captured
    if captured.key != target.key:
        return Unfit(f"{target.uuid} was changed after validation; start again")
    made = yield from target.move("captured", expect=UNTOUCHED, **_record(target, captured, terms))
    if not made:
        raise WindowClosed(f"{target.uuid} was released while it was captured")
    return (yield from reload(target))


def _record(target: Target, captured: Captured, terms: Terms) -> dict[str, Any]:
    record = {
        "snapshot": captured.snapshot,
        "request": captured.request,
        "captured_at": terms.captured_at,
    }
    return record if target.history else record | {"original": captured.snapshot}


def capture_all(targets: Iterable[Target], fault: Fault, terms: Terms) -> Step[list[Target]]:
    """Capture every target, or raise TargetsChanged with one line per target that cannot be."""
    captured: list[Target] = []
    problems: list[str] = []
    for target in targets:
        result = yield from capture(target, fault, terms)
        if isinstance(result, Unfit):
            problems.append(f"event_uuids: {result.reason}")
        else:
            captured.append(result)
    if problems:
        raise TargetsChanged(cause(problems))
    return captured


def renew_all(targets: Sequence[Target], cycle: int, now: float) -> Step[list[Target]]:
    """Reserve targets again for a later round, while the experiment is still running.

    TargetsNotRestored while a request of an earlier restore may still land on one.
    """
    for target in targets:
        if target.restorers_quiet_at > now:
            raise TargetsNotRestored(
                f"{target.uuid} is back, but a request of its restore that was never answered may "
                f"still be under way until {_time(target.restorers_quiet_at)}; no further round"
            )
    for chunk in batched(targets, TRANSACTION_ITEMS - 1):
        running = _while(chunk[0].experiment_id, "running")
        made = yield from Write((running, *(_renewed(target, cycle, now) for target in chunk)))
        if not made:
            raise WindowClosed("targets cannot be taken for another round; the window is over")
    renewed = []
    for target in targets:
        renewed.append((yield from reload(target)))  # noqa: PERF401  # it yields
    return renewed


def _renewed(target: Target, cycle: int, now: float) -> Change:
    finished = {
        name: getattr(target, name)
        for name in ("uuid", "new_uuid", "detached_at", "restored_at", "reason")
    }
    fresh = {
        "status": "reserved",
        "cycle": cycle,
        "uuid": target.live_uuid,
        **dict.fromkeys(("new_uuid", "owner", "came_from", "reason"), ""),
        **dict.fromkeys(_TIMES, 0),
    }
    if target.status == "restored":
        fresh["history"] = [*target.history, finished]
    key = target_key(target.experiment_id, target.key)
    ready = (
        {"status": ("captured",), "cycle": (cycle,)},
        {"status": ("restored",), "cycle": (cycle - 1,)},
    )
    return Change(key, ready, fresh, target.past_restorers(now))
