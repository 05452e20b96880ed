"""An experiment's own record: begin, commit, extend, fence, close.

The numbers in brackets are the steps of docs/protocol.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import batched

from snapback.model.effects import TRANSACTION_ITEMS, Change, Fetch, Item, Key, Load, Step, Write
from snapback.model.errors import InvalidExperiment, TargetsNotRestored, WindowClosed
from snapback.model.records import (
    OPEN,
    SAMPLES,
    TARGETS,
    TARGETS_AND_SNAPSHOTS,
    Meta,
    Snapshot,
    Target,
    lock_key,
    meta_key,
    partition,
    snapshot_key,
    target_key,
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


def open_records() -> Step[list[Item]]:
    """The record of every open experiment, as the index shows it: it may lag behind."""
    return (yield from Load("yes", index="open"))


def open_experiments() -> Step[list[str]]:
    """The ids of every open experiment, and perhaps of one that was just closed."""
    return [str(item["experiment_id"]) for item in (yield from open_records())]


def load_standing(experiment_id: str) -> Step[list[Target]]:
    """Where each target stands, without its snapshot."""
    items = yield from Load(partition(experiment_id), TARGETS)
    return [Target.of(item) for item in items]


def load_targets(experiment_id: str, batch: int | None = None) -> Step[list[Target]]:
    """The targets with their snapshots, or those of one batch."""
    items = yield from Load(partition(experiment_id), TARGETS_AND_SNAPSHOTS)
    snapshots = {item["sk"]: Snapshot.of(item) for item in items}
    targets = []
    for target in (Target.of(item) for item in items if item["sk"].startswith(TARGETS)):
        if batch in (None, target.batch):
            taken = snapshots.get(snapshot_key(experiment_id, target.key).sk, Snapshot())
            targets.append((yield from _own(replace(target, snapshot=taken))))
    return targets


def reload(target: Target) -> Step[Target]:
    """The target as its record is now, with the snapshot of its own capture."""
    name, snapshot = target.name, target.snapshot
    item = yield from Fetch(target_key(target.experiment_id, target.key))
    if item is None:
        raise TargetsNotRestored(f"the record of {name} is gone; put it back by hand")
    return (yield from _own(Target.of(item, snapshot)))


def _own(target: Target) -> Step[Target]:
    """The target with its own snapshot: a later capture may have replaced the one at hand."""
    if target.snapshot.captured_by == target.captured_by:
        return target
    item = yield from Fetch(snapshot_key(target.experiment_id, target.key))
    if item is None:
        raise TargetsNotRestored(f"the snapshot of {target.name} is gone; put it back by hand")
    return (yield from reload(replace(target, snapshot=Snapshot.of(item))))


def begin(meta: Meta) -> Step[None]:
    """[1] Announce the experiment; a name that another execution used before is refused."""
    mine = {"status": ("preparing",), "execution_arn": (meta.execution_arn,)}
    record = meta.item() | {"open": "yes"}
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
    yield from _let_expire(meta.experiment_id, targets, now)
    closed = Change(
        meta_key(meta.experiment_id),
        any_of=({"status": ("restoring",)},),
        set={"status": "closed", "closed_at": now, **expiry(targets, now)},
        remove=("open",),
    )
    yield from Write((closed,))
    return True


def expiry(targets: Iterable[Target], now: float) -> dict[str, int]:
    """When the items of an experiment leave the table: `{expires_at}` or {}, which is never.

    The snapshot of a target that was not put back may be all that is left of it.
    """
    back = all(target.status in ("skipped", "restored") for target in targets)
    return {"expires_at": int(now + KEPT_SECONDS)} if back else {}


def _let_expire(experiment_id: str, targets: Sequence[Target], now: float) -> Step[None]:
    """Give the items of targets and samples their end.

    Before the close: one that is killed meanwhile is closed by the next, which does this again.
    """
    if not (when := expiry(targets, now)):
        return
    samples = yield from Load(partition(experiment_id), SAMPLES)
    keys = [Key(each["pk"], each["sk"]) for each in samples]
    keys += [target_key(experiment_id, each.key) for each in targets]
    keys += [snapshot_key(experiment_id, each.key) for each in targets if each.captured_by]
    changes = [Change(key, ({"pk": (key.pk,)},), when) for key in keys]
    for chunk in batched(changes, TRANSACTION_ITEMS):
        yield from Write(chunk)
