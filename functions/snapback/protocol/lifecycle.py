"""An experiment's own record: begin, commit, extend, fence, close.

The numbers in brackets are the steps of docs/protocol.md.
"""

from collections.abc import Iterable
from dataclasses import replace

from snapback.model.effects import Change, Fetch, Item, Key, Load, Step, Write
from snapback.model.errors import InvalidExperiment, TargetsNotRestored, WindowClosed
from snapback.model.records import (
    OPEN,
    SNAPSHOTS,
    TARGETS,
    VERSION,
    Meta,
    Snapshot,
    Target,
    lock_key,
    meta_key,
    of_batch,
    partition,
    warnings_key,
)

KEPT_SECONDS = 365 * 24 * 3600
"""How long a closed experiment stays in the table; longer than its name is known to Step Functions."""


def load(experiment_id: str) -> Step[Meta]:
    """The experiment's record; InvalidExperiment if there is none."""
    item = yield from Fetch(meta_key(experiment_id))
    if item is None:
        raise InvalidExperiment(
            f"experiment_id: {experiment_id!r} is not known; nothing was touched under it"
        )
    return Meta.of(item)


def load_open(experiment_id: str) -> Step[Meta | None]:
    """The experiment's record while it is open; None if it is closed or not known."""
    item = yield from Fetch(meta_key(experiment_id))
    meta = Meta.of(item) if item else None
    return meta if meta and meta.status in OPEN else None


def warn(meta: Meta) -> Step[None]:
    """Store what the report has to warn of, if anything."""
    if meta.warnings:
        item = {"version": VERSION, "warnings": list(meta.warnings), **kept_until(meta.started_at)}
        yield from Write((Change(warnings_key(meta.experiment_id), set=item),))


def warned(meta: Meta) -> Step[Meta]:
    """The experiment with its warnings; in a record of version 1 they are its own."""
    item = yield from Fetch(warnings_key(meta.experiment_id))
    return replace(meta, warnings=tuple(item["warnings"])) if item else meta


def open_records() -> Step[list[Item]]:
    """The record of every open experiment, as the index shows it: it may lag behind."""
    return (yield from Load("yes", index="open"))


def open_experiments() -> Step[list[str]]:
    """The ids of every open experiment, and perhaps of one that was just closed."""
    return [str(item["experiment_id"]) for item in (yield from open_records())]


def load_standing(experiment_id: str, batch: int | None = None) -> Step[list[Target]]:
    """Where each target stands, or each of one batch, without its snapshot."""
    items = yield from _load(experiment_id, TARGETS, batch)
    targets = [Target.of(item) for item in items]
    return [each for each in targets if batch in (None, each.batch)]


def load_targets(experiment_id: str, batch: int | None = None) -> Step[list[Target]]:
    """The targets with their snapshots, or those of one batch.

    The snapshots may lag behind: one that is not of its target's capture is read again.
    """
    standing = yield from load_standing(experiment_id, batch)
    items = yield from _load(experiment_id, SNAPSHOTS, batch, may_lag=True)
    snapshots = {item["sk"]: Snapshot.of(item) for item in items}
    targets = []
    for target in standing:
        taken = snapshots.get(target.snapshot_at.sk, Snapshot())
        targets.append((yield from _own(replace(target, snapshot=taken))))
    return targets


def _load(
    experiment_id: str, kind: str, batch: int | None, *, may_lag: bool = False
) -> Step[list[Item]]:
    """The items of a kind, or at least those of one batch.

    Records of version 1 have no batch in their sort keys: they are found among all.
    """
    mine = partition(experiment_id)
    found: list[Item] = []
    if batch is not None:
        found = yield from Load(mine, of_batch(kind, batch), may_lag=may_lag)
    return found or (yield from Load(mine, kind, may_lag=may_lag))


def reload(target: Target) -> Step[Target]:
    """The target as its record is now, with the snapshot of its own capture."""
    name, snapshot = target.name, target.snapshot
    item = yield from Fetch(target.at)
    if item is None:
        raise TargetsNotRestored(f"the record of {name} is gone; put it back by hand")
    return (yield from _own(Target.of(item, snapshot)))


def _own(target: Target) -> Step[Target]:
    """The target with its own snapshot: a later capture may have replaced the one at hand.

    One that names no capture has none, even if a snapshot is stored: its injector was killed before
    it could name it.
    """
    if target.snapshot.captured_by == target.captured_by:
        return target
    if not target.captured_by:
        return replace(target, snapshot=Snapshot())
    item = yield from Fetch(target.snapshot_at)
    if item is None:
        raise TargetsNotRestored(f"the snapshot of {target.name} is gone; put it back by hand")
    return (yield from reload(replace(target, snapshot=Snapshot.of(item))))


def begin(meta: Meta) -> Step[None]:
    """[1] Announce the experiment; a name that another execution used before is refused.

    So is what an earlier version has begun: its targets would stand beside those of this one.
    """
    record = meta.item() | {"open": "yes"}
    same = ("execution_arn", "version")
    mine = {"status": ("preparing",), **{name: (record[name],) for name in same}}
    change = Change(meta_key(meta.experiment_id), ({"pk": (None,)}, mine), record)
    if (yield from Write((change,))):
        return
    known = (yield from Fetch(meta_key(meta.experiment_id))) or {}
    if known["execution_arn"] == meta.execution_arn:
        raise WindowClosed(
            f"experiment {meta.experiment_id} is {known['status']}; start a new execution"
        )
    raise InvalidExperiment(
        f"execution name: {meta.experiment_id!r} was used by {known['execution_arn']}; "
        "start the execution under another name"
    )


def commit(meta: Meta, deadline: float) -> Step[None]:
    """[4] From here on targets may be touched; WindowClosed if the experiment was fenced before."""
    made = yield from meta.move(expect=("preparing",), status="running", deadline=deadline)
    if not made:
        raise WindowClosed(f"experiment {meta.experiment_id} was stopped before its window")


def extend(
    meta: Meta, deadline: float, *, expect: tuple[str, ...] = ("running", "restoring")
) -> Step[bool]:
    """Tell the sweeper until when this execution may be trusted; False if it is past that."""
    return (yield from meta.move(expect=expect, deadline=deadline))


def fence(meta: Meta, reason: str = "") -> Step[None]:
    """[restore 1] From here on no target is taken for a round and no window goes on."""
    yield from meta.move(expect=("preparing", "running"), status="restoring", reason=reason)


def fence_until(meta: Meta, deadline: float) -> Step[None]:
    """The same, and extend, in one write."""
    expect = ("preparing", "running", "restoring")
    yield from meta.move(expect=expect, status="restoring", deadline=deadline)


def close(meta: Meta, targets: Iterable[Target], now: float) -> Step[bool]:
    """[restore 8] Give back the locks and end the experiment; False while a target is not back.

    A lock stays, and says until when, where a request of a restorer may still be under way.
    """
    targets = list(targets)
    if not all(target.terminal for target in targets):
        return False
    locks: dict[Key, float] = {}
    for target in targets:
        for lock in map(lock_key, target.locks):
            locks[lock] = max(locks.get(lock, 0), target.restorers_quiet_at)
    mine = ({"owner": (meta.experiment_id,)},)
    for lock, quiet_at in locks.items():
        kept = {"set": {"quiet_at": quiet_at}} if quiet_at > now else {"delete": True}
        yield from Write((Change(lock, mine, **kept),))
    yield from _let_expire(targets, now)
    closed = Change(
        meta_key(meta.experiment_id),
        any_of=({"status": ("restoring",)},),
        set={"status": "closed", "closed_at": now, **expiry(targets, now)},
        remove=("open",),
    )
    yield from Write((closed,))
    return True


def kept_until(now: float) -> dict[str, int]:
    """When an item that is no longer needed leaves the table: `{expires_at}`."""
    return {"expires_at": int(now + KEPT_SECONDS)}


def expiry(targets: Iterable[Target], now: float) -> dict[str, int]:
    """When the record of an experiment and its report leave the table: `{expires_at}` or {}, never."""
    return kept_until(now) if all(each.back for each in targets) else {}


def _let_expire(targets: Iterable[Target], now: float) -> Step[None]:
    """Give the snapshots of targets that are back their end; another may be all that is left.

    Before the close: one that is killed meanwhile is closed by the next, which does this again.
    """
    for target in targets:
        if target.back:
            item = target.snapshot_at
            yield from Write((Change(item, ({"pk": (item.pk,)},), kept_until(now)),))
