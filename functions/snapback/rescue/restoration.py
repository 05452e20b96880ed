"""From the end of a window to a closed experiment: what restore, verify and rescue share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snapback.faults import registry
from snapback.model.effects import Change, Document, Fetch, Step, Wait, Write
from snapback.model.records import TOUCHED, Meta, Target, meta_key
from snapback.model.steps import Ended, at, together
from snapback.protocol.attempt import Attempt, Shared
from snapback.protocol.contract import Pending, Undo, View
from snapback.protocol.lifecycle import (
    extend,
    fence,
    fence_until,
    finish,
    load,
    load_standing,
    load_targets,
)
from snapback.protocol.restore import leave_alone, restore
from snapback.rescue import not_back


@dataclass(frozen=True, slots=True)
class Batch:
    """What one restore task is about: a batch, after a round of a window or from outside.

    `round` is None from outside; `failed` says that the window failed, so that no round follows.
    """

    experiment_id: str
    batch: int
    failed: bool
    round: int | None = None


def restore_batch(asked: Batch, attempt: Attempt) -> Step[int]:
    """Put back the targets of a batch, and answer how many; TargetsNotRestored if one is not."""
    meta = yield from load(asked.experiment_id)
    yield from _begin(meta, asked, attempt)
    targets = yield from load_targets(meta.experiment_id, asked.batch)
    ended = yield from restore_all(meta, targets, attempt)
    if not all(each.result and each.result.terminal for each in ended):
        errors = [str(each.error) for each in ended if each.error]
        after = yield from load_targets(meta.experiment_id, asked.batch)
        not_back.refuse_any(meta, after, errors)
    return len(targets)


def _begin(meta: Meta, asked: Batch, attempt: Attempt) -> Step[None]:
    """Fence the experiment, unless another round follows this restore; say how long it may take."""
    following = len(meta.rounds) if asked.round is None else asked.round + 1
    seconds = attempt.timings.restore_targets_task_seconds
    if asked.failed or following >= len(meta.rounds):
        yield from fence_until(meta, attempt.until(seconds))
    else:
        wait = meta.rounds[following].wait_seconds
        seconds += wait + attempt.timings.inject_fault_task_seconds
        yield from extend(meta, attempt.until(seconds))


def restore_all(
    meta: Meta, targets: Sequence[Target], attempt: Attempt, seconds: float = float("inf")
) -> Step[list[Ended[Target]]]:
    """Put targets back side by side, for so many seconds at most."""
    undo = registry.undo(meta.experiment.fault)
    shared = attempt.shared(undo.look, targets, attempt.timings.recent_seconds)
    steps = [_put_back(meta, target, undo, attempt, shared) for target in targets]
    until = min(attempt.steps_end_at, attempt.now + seconds)
    return (yield from at(meta.experiment.place, together(steps, until, attempt.clock)))


def _put_back(
    meta: Meta, target: Target, undo: Undo, attempt: Attempt, shared: Shared
) -> Step[Target]:
    """Put one target back, unless its record is not about the experiment."""
    if target.status in TOUCHED and (reason := undo.foreign(target, meta.experiment)):
        return (yield from leave_alone(target, f"it is left alone: {reason}", attempt))
    return (yield from restore(target, undo, attempt, shared))


def release(
    experiment_id: str,
    execution_arn: str,
    failure: Mapping[str, str] | None,
    attempt: Attempt,
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
    yield from restore_all(meta, targets, attempt)
    settled = yield from load_standing(experiment_id)
    return (yield from finish(meta, settled, failure, attempt.now))


def verify_all(experiment_id: str, attempt: Attempt) -> Step[dict[str, int]]:
    """Compare every restored target with its snapshot, and store what was found.

    `{verified, equal}`, both counts. A target that the last round left untouched was restored by an
    earlier one; one that was never broken is left out.
    """
    meta = yield from load(experiment_id)
    timings = attempt.timings
    following = meta.experiment.ramp_time + timings.report_task_seconds
    deadline = attempt.until(timings.verify_targets_task_seconds, following)
    yield from extend(meta, deadline)
    targets = yield from load_targets(experiment_id)
    restored = [each for each in targets if each.was_restored]
    ended = yield from at(meta.experiment.place, _verify(meta, restored, attempt))
    found = [each.result for each in ended if each.result is not None]
    return {"verified": len(found), "equal": sum(bool(each["equal"]) for each in found)}


def _verify(meta: Meta, targets: Sequence[Target], attempt: Attempt) -> Step[list[Ended[Document]]]:
    undo = registry.undo(meta.experiment.fault)
    shared = attempt.shared(undo.look, targets, attempt.timings.recent_seconds)
    steps = [_verify_target(target, undo, attempt, shared) for target in targets]
    return (yield from together(steps, attempt.steps_end_at, attempt.clock))


def _compared(target: Target, undo: Undo, view: View) -> Step[Document | Pending]:
    """Compare a target; a difference counts where it is read alone: a list may be too old."""
    found = yield from undo.verify(target, view)
    if isinstance(found, Pending) or found["equal"]:
        return found
    return (yield from undo.verify(target, View()))


def _verify_target(target: Target, undo: Undo, attempt: Attempt, shared: Shared) -> Step[Document]:
    view = yield from shared.view()
    while isinstance(found := (yield from _compared(target, undo, view)), Pending):
        looked_at = attempt.now
        yield from Wait(attempt.pause)
        view = yield from shared.view(newer_than=looked_at)
    same = ({"status": (target.status,), "cycle": (target.cycle,)},)
    yield from Write((Change(target.at, same, {"verification": found}),))
    return found
