"""An experiment's own record: begin, commit, extend, fence, close.

The numbers in brackets are the steps of docs/protocol.md.
"""

from collections.abc import Iterable
from dataclasses import asdict

from snapback.model.effects import Change, Fetch, Key, Load, Step, Write
from snapback.model.errors import InvalidExperiment, TargetsNotRestored, WindowClosed
from snapback.model.records import VERSION, Meta, Target, lock_key, meta_key, partition, target_key


def load(experiment_id: str) -> Step[Meta]:
    """The experiment's record; InvalidExperiment if there is none."""
    item = yield from Fetch(meta_key(experiment_id))
    if item is None:
        raise InvalidExperiment(
            f"experiment_id: {experiment_id!r} is not known; nothing was touched under it"
        )
    return Meta.of(item)


def load_targets(experiment_id: str, batch: int | None = None) -> Step[list[Target]]:
    """The experiment's targets, or those of one batch."""
    items = yield from Load(partition(experiment_id), "target#")
    targets = [Target.of(item) for item in items]
    return [each for each in targets if batch is None or each.batch == batch]


def reload(target: Target) -> Step[Target]:
    """The target as its record is now."""
    item = yield from Fetch(target_key(target.experiment_id, target.key))
    if item is None:
        raise TargetsNotRestored(f"the record of {target.uuid} is gone; restore it by hand")
    return Target.of(item)


def begin(meta: Meta) -> Step[None]:
    """[1] Announce the experiment; a name that another execution used before is refused."""
    mine = {"status": ("preparing",), "execution_arn": (meta.execution_arn,)}
    record = {"version": VERSION, "open": "yes", **asdict(meta)}
    made = yield from Write(
        (Change(meta_key(meta.experiment_id), ({"pk": (None,)}, mine), record),)
    )
    if made:
        return
    known = yield from load(meta.experiment_id)
    if known.execution_arn == meta.execution_arn:
        raise WindowClosed(
            f"experiment {meta.experiment_id} is {known.status}; start a new execution"
        )
    raise InvalidExperiment(
        f"execution name: {meta.experiment_id!r} was used by {known.execution_arn}; "
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
    made = yield from meta.move(expect=expect, deadline=deadline)
    return bool(made)


def fence(meta: Meta, reason: str = "") -> Step[None]:
    """[restore 1] From here on no target is taken for a round and no window goes on."""
    yield from meta.move(expect=("preparing", "running"), status="restoring", reason=reason)


def close(meta: Meta, targets: Iterable[Target], now: float) -> Step[bool]:
    """[restore 8] Give back the locks and end the experiment; False while a target is not back.

    A lock stays, and says until when, where a request of a restorer may still be under way.
    """
    if not all(target.terminal for target in targets):
        return False
    locks: dict[Key, float] = {}
    for target in targets:
        lock = lock_key(target.key)
        locks[lock] = max(locks.get(lock, 0), target.restorers_quiet_at)
    mine = ({"owner": (meta.experiment_id,)},)
    for lock, quiet_at in locks.items():
        kept = {"set": {"quiet_at": quiet_at}} if quiet_at > now else {"delete": True}
        yield from Write((Change(lock, mine, **kept),))
    closed = Change(
        meta_key(meta.experiment_id),
        any_of=({"status": ("restoring",)},),
        set={"status": "closed", "closed_at": now},
        remove=("open",),
    )
    yield from Write((closed,))
    return True
