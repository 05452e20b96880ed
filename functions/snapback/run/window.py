"""The fault window: inject a batch, observe until it is over, watch the recovery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, inf

from snapback.faults import registry
from snapback.model.effects import Load, Step
from snapback.model.errors import WindowClosed
from snapback.model.evidence import Span, at_rest
from snapback.model.expectations import awaited, watched_until
from snapback.model.experiment import Experiment
from snapback.model.records import SAMPLES, Meta, Round, Target, partition
from snapback.model.steps import at
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Act
from snapback.protocol.inject import check_order, inject, look_at_force, next_due_at
from snapback.protocol.lifecycle import extend, load, load_standing, load_targets
from snapback.protocol.prepare import Capture, capture_all, renew_all
from snapback.rescue.interruption import may_go_on, may_inject
from snapback.run.observation import sample, window_left
from snapback.run.rounds import LOOKS, PATIENCE, observe_every
from snapback.workload import recovery
from snapback.workload.backlog import drained

_FRESH_SECONDS_PER_TARGET = 0.5
"""As long as locking and reading one may take."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether the window or the recovery is over, and when to look again if it is not.

    `inject` says that the next change of a target is due: the batches are to be injected again.
    """

    over: bool
    wait_seconds: int = 0
    inject: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """What must hold whenever something is broken: the switch is off, the function is tagged.

    Without a tag the function is not asked.
    """

    kill_switch: str
    allowed_tag: str = ""


def inject_batch(
    experiment_id: str, number: int, batch: int, consent: Consent, attempt: Attempt
) -> Step[int]:
    """Make the changes of a batch's targets that are due, in order; answers how many targets.

    Each is read again first, unless it was just captured: what someone has changed since, in a
    ramp, a serial round or an earlier window, must not be lost.
    """
    meta = yield from load(experiment_id)
    step = _inject(meta, meta.rounds[number], batch, consent, attempt)
    return (yield from at(meta.experiment.place, step))


def _inject(meta: Meta, this: Round, batch: int, consent: Consent, attempt: Attempt) -> Step[int]:
    yield from may_inject(meta, consent.kill_switch, consent.allowed_tag)
    until = attempt.now + this.hold_seconds + _task_seconds(attempt.timings)
    if not (yield from extend(meta, until, expect=("running",))):
        raise WindowClosed(f"experiment {meta.experiment_id} is over; nothing more is injected")
    earlier = yield from _of_the_round_before(meta, this, batch)
    found = yield from load_targets(meta.experiment_id, batch)
    check_order([*earlier, *found], this)
    mine = [each for each in found if each.status != "conflict"]
    fresh = attempt.timings.fresh_seconds + _FRESH_SECONDS_PER_TARGET * meta.target_count
    act = registry.act(meta.experiment.fault)
    renewed = _renewed(meta, this, mine, fresh, attempt)
    targets = yield from attempt.patiently(renewed)
    view = yield from attempt.patiently(act.look(targets))
    permit = partial(_permit, meta.experiment_id, consent)
    for target in targets:
        yield from inject(target, act, view, attempt, permit)
    return len(targets)


def _permit(experiment_id: str, consent: Consent) -> Step[None]:
    now = yield from load(experiment_id)
    yield from may_inject(now, consent.kill_switch, consent.allowed_tag)


def _of_the_round_before(meta: Meta, this: Round, mine: int) -> Step[list[Target]]:
    """The targets in other batches that an earlier round may have left broken.

    Every injection of the round before has found those of earlier rounds back, except beside it.
    """
    if not this.number:
        return []
    before = meta.rounds[this.number - 1]
    found: list[Target] = []
    for batch in sorted({*before.batches, *before.beside} - {mine}):
        found += yield from load_standing(meta.experiment_id, batch)
    return found


def _renewed(
    meta: Meta, this: Round, targets: Sequence[Target], fresh: float, attempt: Attempt
) -> Step[list[Target]]:
    """The targets; those whose snapshot is too old or of an earlier round are captured anew."""
    since = attempt.now - fresh
    old = [each for each in targets if _is_old(each, this, since)]
    reserved = yield from renew_all(old, this.cycle, attempt.now)
    act = registry.act(meta.experiment.fault)
    patience = attempt.timings.settle_seconds
    how = Capture.for_targets(act, meta, reserved, attempt, patience=patience)
    captured = yield from capture_all(reserved, how)
    return list({each.key: each for each in (*targets, *captured)}.values())


def _is_old(target: Target, this: Round, since: float) -> bool:
    """Whether a target that is still to be broken must be read again."""
    return target.status != "injected" and (this.number > 0 or target.captured_at < since)


def _task_seconds(timings: Timings) -> int:
    both = timings.inject_fault_task_seconds + timings.observe_task_seconds
    return both + timings.deadline_margin_seconds


def observe(experiment_id: str, number: int, kill_switch: str, attempt: Attempt) -> Step[Seen]:
    """Sample, and say whether the window is over."""
    meta = yield from load(experiment_id)
    return (yield from at(meta.experiment.place, _observe(meta, number, kill_switch, attempt)))


def _observe(meta: Meta, number: int, kill_switch: str, attempt: Attempt) -> Step[Seen]:
    yield from may_go_on(meta, kill_switch)
    experiment, act = meta.experiment, registry.act(meta.experiment.fault)
    targets = yield from load_targets(meta.experiment_id)
    yield from sample(targets, experiment, "during", attempt.now)
    broken = []
    for target in targets:
        if target.batch in meta.rounds[number].batches:
            broken.append((yield from _forced(target, act, attempt)))  # noqa: PERF401  # it yields
    left = window_left(broken, experiment.total_chaos_duration, attempt.now)
    if left <= 0:
        return Seen(over=True)
    until_next = min((next_due_at(each, act) for each in broken), default=inf) - attempt.now
    wait = max(0, ceil(min(left, observe_every(experiment, attempt.timings), until_next)))
    yield from extend(meta, attempt.now + wait + _task_seconds(attempt.timings))
    return Seen(over=False, wait_seconds=wait, inject=until_next <= 0)


def _forced(target: Target, act: Act, attempt: Attempt) -> Step[Target]:
    """The target, looked at again if its last change was not in force yet."""
    return (yield from look_at_force(target, act, attempt)) if target.pending else target


def watch(experiment_id: str, attempt: Attempt) -> Step[Seen]:
    """Sample after the restore; over when every backlog is back to what it was, or after too long."""
    meta = yield from load(experiment_id)
    return (yield from at(meta.experiment.place, _watch(meta, attempt)))


def _watch(meta: Meta, attempt: Attempt) -> Step[Seen]:
    experiment, timings = meta.experiment, attempt.timings
    targets = yield from load_targets(meta.experiment_id)
    broken = [each for each in targets if each.broken_at]
    sources = yield from registry.act(experiment.fault).sources(broken)
    back = _last_restored(targets)
    earlier = yield from Load(partition(meta.experiment_id), SAMPLES, may_lag=True)
    taken = yield from sample(targets, experiment, "after", attempt.now)
    samples = [*earlier, taken]
    ready = at_rest(samples, back)
    away = Span(_first_broken(targets), back if ready is None else ready)
    limit = max(
        watched_until(experiment.expect, *away), recovery.told_by(experiment, sources, away.ends)
    )
    wait = max(timings.observe_seconds, ceil((limit - away.ends) / LOOKS))
    if ready is None:
        taken_so_far = attempt.now - back
        left = timings.rest_seconds - taken_so_far
        wait = max(timings.observe_seconds, ceil(min(taken_so_far * PATIENCE, left)))
    seconds = timings.watch_recovery_task_seconds + _after_watch(experiment, timings)
    yield from extend(meta, attempt.until(wait, seconds))
    if ready is None:
        return Seen(attempt.now > back + timings.rest_seconds, wait)
    patience = max(limit, away.ends + timings.recovery_seconds)
    recovered = samples[-1]["settled"] and drained(samples)
    open_still = awaited(experiment.expect, samples) or (
        yield from recovery.may_still_tell(experiment, sources, away, meta.started_at, attempt.now)
    )
    expected = attempt.now > limit or not open_still
    return Seen((recovered and expected) or attempt.now > patience, wait)


def _after_watch(experiment: Experiment, timings: Timings) -> int:
    """The time until Report sets its own deadline, even if Verify fails."""
    both = timings.verify_targets_task_seconds + timings.report_task_seconds
    return both + experiment.ramp_time


def _first_broken(targets: Iterable[Target]) -> float:
    times = (turn.broken_at for target in targets for turn in target.turns)
    return min((each for each in times if each), default=0)


def _last_restored(targets: Iterable[Target]) -> float:
    return max((turn.restored_at for target in targets for turn in target.turns), default=0)
