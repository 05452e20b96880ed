"""Locks, then snapshots: what must be in the table before anything is touched."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from math import inf
from typing import Any, Self

from snapback.model.effects import TRANSACTION_ITEMS, Change, Document, Fetch, Step, Wait, Write
from snapback.model.errors import (
    TargetsChanged,
    TargetsLocked,
    TargetsNotRestored,
    WindowClosed,
)
from snapback.model.payload_limits import cause
from snapback.model.records import (
    UNTOUCHED,
    VERSION,
    Meta,
    Snapshot,
    Target,
    lock_key,
    meta_key,
)
from snapback.protocol.attempt import Attempt, Shared
from snapback.protocol.contract import Act, Captured, Pending, Terms, Unfit

_OF_ONE_CYCLE = (
    "broken_at", "injected_at", "in_force_at", "fault_ends_at", "quiet_at", "restoring_since",
    "restored_at", "stage", "stages_in_force",
)  # fmt: skip


def reserve(meta: Meta, targets: Sequence[Target], attempt: Attempt) -> Step[None]:
    """[2] Lock every target before it is read, in chunks; TargetsLocked names who holds one."""
    for chunk in _chunks(targets, locks=True):
        locks = {lock_key(name): _lock(name, meta) for each in chunk for name in each.locks}
        changes = (_while(meta.experiment_id, "preparing"), *locks.values(), *map(_reserved, chunk))
        made = yield from Write(changes)
        if not made and (yield from _quiet_by_now(chunk, attempt.now)):
            made = yield from Write(changes)
        if not made:
            yield from _explain_refused_lock(meta, chunk)


def _chunks(targets: Sequence[Target], *, locks: bool) -> Iterator[list[Target]]:
    """As many targets as fit into a transaction, with their locks or without."""
    chunk: list[Target] = []
    room = TRANSACTION_ITEMS - 1
    for target in targets:
        items = 1 + len(target.locks) if locks else 1
        if chunk and room < items:
            yield chunk
            chunk, room = [], TRANSACTION_ITEMS - 1
        chunk.append(target)
        room -= items
    if chunk:
        yield chunk


def _while(experiment_id: str, status: str) -> Change:
    return Change(meta_key(experiment_id), any_of=({"status": (status,)},))


def _lock(name: str, meta: Meta) -> Change:
    owner = meta.experiment_id
    free = ({"pk": (None,)}, {"owner": (owner,)})
    return Change(lock_key(name), free, {"version": VERSION, "owner": owner})


def _reserved(target: Target) -> Change:
    names = ("name", "locks", "batch", "cycle", "experiment_id")
    record = {name: getattr(target, name) for name in names}
    free = ({"pk": (None,)}, {"status": UNTOUCHED})
    return Change(target.at, free, {"version": VERSION, "status": "reserved", **record})


def _quiet_by_now(targets: Iterable[Target], now: float) -> Step[bool]:
    """Delete locks that were kept only until a restorer's last request could no longer land."""
    removed = False
    for key in _locks_of(targets):
        lock = yield from Fetch(key)
        if lock and lock.get("quiet_at", now) < now:
            same = {"owner": (lock["owner"],), "quiet_at": (lock["quiet_at"],)}
            removed |= yield from Write((Change(key, (same,), delete=True),))
    return removed


def _locks_of(targets: Iterable[Target]) -> dict[Any, Target]:
    return {lock_key(name): target for target in targets for name in target.locks}


def _explain_refused_lock(meta: Meta, targets: Iterable[Target]) -> Step[None]:
    problems = []
    for key, target in _locks_of(targets).items():
        lock = yield from Fetch(key)
        if lock and lock["owner"] != meta.experiment_id:
            problems.append(f"{target.name} {_held(lock)}")
    if problems:
        raise TargetsLocked("\n".join(problems))
    raise WindowClosed(f"experiment {meta.experiment_id} was stopped while it locked its targets")


def _held(lock: Document) -> str:
    if "quiet_at" not in lock:
        return f"is held by experiment {lock['owner']}; wait until it is over, or stop it"
    return (
        f"is back after experiment {lock['owner']}, but one of its requests was never acknowledged "
        f"and may still land; start again after {_time(lock['quiet_at'])}"
    )


def _time(epoch: float) -> str:
    return f"{datetime.fromtimestamp(epoch, UTC):%H:%M:%S} UTC"


@dataclass(frozen=True, slots=True)
class Capture:
    """How the targets of a batch are read: by which fault, for whom, and how patiently.

    `until` is the epoch second up to which a target in transition is waited for.
    """

    act: Act
    terms: Terms
    shared: Shared
    attempt: Attempt
    until: float = -inf

    @classmethod
    def for_targets(
        cls,
        act: Act,
        meta: Meta,
        targets: Sequence[Target],
        attempt: Attempt,
        *,
        patience: float = 0,
    ) -> Self:
        """A capture of targets at this moment; those in transition are waited for so many seconds."""
        timings = attempt.timings
        return cls(
            act=act,
            terms=Terms(meta.experiment, timings, attempt.now),
            shared=attempt.shared(act.look, targets, timings.fresh_seconds),
            attempt=attempt,
            until=attempt.now + patience,
        )

    def take(self, target: Target) -> Step[Captured | Unfit]:
        """A target, once it is not in transition any more."""
        act, attempt = self.act, self.attempt
        view = yield from self.shared.view()
        found = yield from act.snapshot(target, self.terms, view)
        while isinstance(found, Pending) and attempt.now + attempt.pause <= self.until:
            looked_at = attempt.now
            yield from Wait(attempt.pause)
            view = yield from self.shared.view(newer_than=looked_at)
            found = yield from act.snapshot(target, self.terms, view)
        return Unfit(found.reason) if isinstance(found, Pending) else found


def capture_all(targets: Iterable[Target], how: Capture) -> Step[list[Target]]:
    """[3] Read every locked target and store what puts it back.

    TargetsChanged has one line per target that cannot be taken.
    """
    captured: list[Target] = []
    problems: list[str] = []
    for target in targets:
        result = yield from _capture(target, how)
        if isinstance(result, Unfit):
            problems.append(result.reason)
        else:
            captured.append(result)
    if problems:
        raise TargetsChanged(cause(problems))
    return captured


def _capture(target: Target, how: Capture) -> Step[Target | Unfit]:
    found = yield from how.take(target)
    if isinstance(found, Unfit):
        return found
    if found.key != target.key:
        return Unfit(f"{target.name} was changed after validation; start again")
    first = target.snapshot.original if target.history else found.snapshot
    snapshot = Snapshot(found.snapshot, found.undo, first, how.attempt.owner)
    values = {"captured_at": how.terms.captured_at, "captured_by": how.attempt.owner}
    standing = target.change("captured", expect=UNTOUCHED, values=values)
    if not (yield from _store(target, standing, snapshot)):
        raise WindowClosed(f"{target.name} was released while it was captured")
    return replace(target, snapshot=snapshot).after(standing)


def _store(target: Target, standing: Change, snapshot: Snapshot) -> Step[bool]:
    """Store a capture; whether the target was still to be captured.

    A first snapshot replaces none. So it needs no transaction with the target, which names it
    afterwards, and only if nobody else has captured it by then. A later one replaces what may put
    the target back, at the very moment at which the target names it.
    """
    item = snapshot.item()
    if not target.captured_by and (
        yield from Write((Change(target.snapshot_at, ({"pk": (None,)},), item),))
    ):
        [uncaptured] = ({**each, "captured_by": (None,)} for each in standing.any_of)
        return (yield from Write((replace(standing, any_of=(uncaptured,)),)))
    gone = tuple(each.name for each in fields(snapshot) if each.name not in item)
    return (yield from Write((standing, Change(target.snapshot_at, set=item, remove=gone))))


def renew_all(targets: Sequence[Target], cycle: int, now: float) -> Step[list[Target]]:
    """Reserve targets again for a later round, while the experiment is still running.

    They are not read again: nobody else writes what a target that was put back, or is not yet
    touched, says of itself.

    TargetsNotRestored while a request of an earlier restore may still land on one.
    """
    for target in targets:
        if target.restorers_quiet_at > now:
            raise TargetsNotRestored(
                f"{target.name} is back, but a request of its restore was never acknowledged and "
                f"may still land until {_time(target.restorers_quiet_at)}; no further round"
            )
    renewed: list[Target] = []
    for chunk in _chunks(targets, locks=False):
        changes = [_renewed(target, cycle, now) for target in chunk]
        running = _while(chunk[0].experiment_id, "running")
        if not (yield from Write((running, *changes))):
            raise WindowClosed("targets cannot be taken for another round; the window is over")
        renewed += map(Target.after, chunk, changes)
    return renewed


def _renewed(target: Target, cycle: int, now: float) -> Change:
    fresh = {
        "status": "reserved",
        "acknowledged": False,
        "cycle": cycle,
        "name": target.live_name,
        **dict.fromkeys(("new_name", "owner", "came_from", "reason"), ""),
        **dict.fromkeys(_OF_ONE_CYCLE, 0),
    }
    if target.status == "restored":
        fresh["history"] = [asdict(turn) for turn in target.turns]
    ready = (
        {"status": ("captured",), "cycle": (cycle,)},
        {"status": ("restored",), "cycle": (cycle - 1,)},
    )
    gone = (*target.past_restorers(now), "expires_at")
    return Change(target.at, ready, fresh, gone)
