"""From the end of a window to a closed experiment: what restore, verify and rescue share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from snapback.faults.registry import FAULTS
from snapback.model.clock import Clock
from snapback.model.effects import Change, Fetch, Step, Wait, Write
from snapback.model.errors import InvalidExperiment, TargetsNotRestored
from snapback.model.records import OPEN, Meta, Target, meta_key, target_key
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Pending
from snapback.protocol.lifecycle import close, extend, fence, load_targets
from snapback.protocol.restore import restore
from snapback.report.document import bounded, not_back
from snapback.rescue import abandonment


def begin_restore(
    meta: Meta, event: Mapping[str, Any], timings: Timings, clock: Clock
) -> Step[None]:
    """Fence the experiment, unless another round follows this restore; say how long it may take."""
    following = event.get("round", len(meta.rounds)) + 1
    final = event["failed"] or following >= len(meta.rounds)
    seconds = timings.restore_targets_task_seconds + timings.deadline_margin_seconds
    if final:
        yield from fence(meta)
    else:
        wait = meta.rounds[following]["wait_seconds"]
        seconds += wait + timings.inject_fault_task_seconds
    yield from extend(meta, clock() + seconds)


def restore_target(meta: Meta, target: Target, attempt: Attempt, clock: Clock) -> Step[Target]:
    """Put one target back, whatever it takes."""
    fault = FAULTS[meta.experiment["fault"]]
    return (yield from restore(target, fault, attempt, clock))


def left_over(targets: Iterable[Target], errors: Sequence[str]) -> None:
    """Raise TargetsNotRestored if a target of the batch is not back yet, with the reasons."""
    if reasons := [not_back(target) for target in targets if not target.terminal]:
        raise TargetsNotRestored(bounded([*reasons, *errors]))


def release(
    experiment_id: str,
    execution_arn: str,
    failure: Mapping[str, str] | None,
    attempt: Attempt,
    clock: Clock,
) -> Step[bool]:
    """Undo a preparation: skip every target that was only reserved, unlock, close.

    An execution that never began has no record, or finds that of another one under its name: then
    there is nothing to undo.
    """
    item = yield from Fetch(meta_key(experiment_id))
    if item is None or item["execution_arn"] != execution_arn:
        return False
    meta = Meta.of(item)
    yield from fence(meta)
    targets = yield from load_targets(experiment_id)
    settled = []
    for target in targets:
        settled.append((yield from restore_target(meta, target, attempt, clock)))  # noqa: PERF401  # it yields
    return (yield from finish(meta, settled, failure, clock()))


def finish(
    meta: Meta, targets: Iterable[Target], failure: Mapping[str, str] | None, now: float
) -> Step[bool]:
    """Record why the experiment failed, if it did, and close it if every target is terminal."""
    if failure:
        yield from meta.move(expect=("restoring",), failure=dict(failure))
    return (yield from close(meta, targets, now))


def verify_target(meta: Meta, target: Target, timings: Timings) -> Step[Mapping[str, Any] | None]:
    """Compare one restored target with its snapshot and store what was found; None if untouched.

    One that a later round did not touch any more was restored by an earlier one.
    """
    if not target.was_restored:
        return None
    fault = FAULTS[meta.experiment["fault"]]
    while True:
        found = yield from fault.verify(target)
        if not isinstance(found, Pending):
            break
        yield from Wait(timings.poll_seconds)
    key = target_key(target.experiment_id, target.key)
    same = ({"status": (target.status,), "cycle": (target.cycle,)},)
    yield from Write((Change(key, same, {"verification": found}),))
    return found


def take_over(asked: object, timings: Timings, clock: Clock) -> Step[dict[str, Any]]:
    """Fence an experiment for a restore from outside; `{experiment_id, open, batches}`.

    An execution that was refused has no record, and a name may since belong to another execution:
    then there is nothing to restore. InvalidExperiment if the input names no experiment, or gives
    up a target (see `snapback.rescue.abandonment`) that cannot be given up.
    """
    named = isinstance(asked, Mapping) and isinstance(asked.get("experiment_id"), str)
    if not named or not isinstance(asked, Mapping):
        raise InvalidExperiment(
            f'input: {asked!r} is refused; give {{"experiment_id": "the execution\'s name"}}'
        )
    experiment_id = asked["experiment_id"]
    given_up = abandonment.parse(asked)
    nothing = {"experiment_id": experiment_id, "open": False, "batches": []}
    meta = yield from _open(experiment_id, asked.get("execution_arn"))
    if meta is None and given_up:
        raise InvalidExperiment(
            f"experiment_id: {experiment_id!r} is not open; there is nothing to abandon"
        )
    if meta is None:
        return nothing
    yield from fence(meta, reason=asked.get("reason", "it was restored from outside"))
    seconds = timings.restore_targets_task_seconds + timings.deadline_margin_seconds
    yield from extend(meta, clock() + seconds)
    if given_up:
        yield from abandonment.abandon(experiment_id, given_up)
    return {"experiment_id": experiment_id, "open": True, "batches": meta.batches}


def _open(experiment_id: str, execution_arn: str | None) -> Step[Meta | None]:
    """The experiment's record, if it is open and belongs to the execution, where one is named."""
    item = yield from Fetch(meta_key(experiment_id))
    meta = Meta.of(item) if item else None
    if meta is None or meta.status not in OPEN:
        return None
    return meta if execution_arn in (None, meta.execution_arn) else None
