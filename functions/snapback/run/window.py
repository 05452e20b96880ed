"""The fault window: inject a batch, observe until it is over, watch the recovery."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from snapback.faults.registry import FAULTS
from snapback.model.clock import Clock
from snapback.model.effects import Load, Step
from snapback.model.errors import WindowClosed
from snapback.model.expectations import awaited, watched_until
from snapback.model.experiment import Experiment
from snapback.model.records import Meta, Target, partition
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.protocol.inject import check_order, inject
from snapback.protocol.lifecycle import extend, load_targets
from snapback.protocol.prepare import capture_all, renew_all
from snapback.run.observation import drained, sample, settled, window_left
from snapback.run.preparation import terms
from snapback.run.rounds import LOOKS, observe_every
from snapback.workload import stream_lag
from snapback.workload.metrics import fetch_iterator_age

_FRESH_SECONDS_PER_TARGET = 0.5
"""As long as locking and reading one may take."""


def inject_batch(
    meta: Meta, number: int, batch: int, attempt: Attempt, timings: Timings, clock: Clock
) -> Step[int]:
    """Break the targets of a batch in order; answers how many.

    Each is read again first, unless it was captured just now: what someone changed since, in a
    ramp, a serial round or an earlier window, must not be lost.
    """
    this = meta.rounds[number]
    until = clock() + this["hold_seconds"] + _task_seconds(timings)
    if not (yield from extend(meta, until, expect=("running",))):
        raise WindowClosed(f"experiment {meta.experiment_id} is over; nothing more is injected")
    everyone = yield from load_targets(meta.experiment_id)
    check_order(everyone, this["batches"], this["cycle"])
    experiment = Experiment.of(meta.experiment)
    fault = FAULTS[experiment.fault]
    targets = [t for t in everyone if t.batch == batch and t.status != "conflict"]
    fresh = timings.fresh_seconds + _FRESH_SECONDS_PER_TARGET * len(everyone)
    old = [t for t in targets if number > 0 or t.captured_at < clock() - fresh]
    again = yield from renew_all(old, this["cycle"], clock())
    asked = terms(experiment, timings, clock(), patience=timings.settle_seconds)
    renewed = {t.key: t for t in (yield from capture_all(again, fault, asked))}
    for target in targets:
        yield from inject(renewed.get(target.key, target), fault, attempt, clock)
    return len(targets)


def _task_seconds(timings: Timings) -> int:
    both = timings.inject_fault_task_seconds + timings.observe_task_seconds
    return both + timings.deadline_margin_seconds


def observe(meta: Meta, number: int, timings: Timings, clock: Clock) -> Step[dict[str, Any]]:
    """Sample, and answer `{over, wait_seconds}`."""
    experiment = Experiment.of(meta.experiment)
    targets = yield from load_targets(meta.experiment_id)
    yield from sample(targets, experiment, "during", clock())
    together = [t for t in targets if t.batch in meta.rounds[number]["batches"]]
    left = window_left(together, experiment.total_chaos_duration, clock())
    if left <= 0:
        return {"over": True, "wait_seconds": 0}
    wait = ceil(min(left, observe_every(experiment, timings)))
    yield from extend(meta, clock() + wait + _task_seconds(timings))
    return {"over": False, "wait_seconds": wait}


def watch(meta: Meta, timings: Timings, clock: Clock) -> Step[dict[str, Any]]:
    """Sample after the restore; over when every queue is back to what it held, or given up."""
    experiment = Experiment.of(meta.experiment)
    targets = yield from load_targets(meta.experiment_id)
    seconds = timings.watch_recovery_task_seconds + _after_watch(experiment, timings)
    back, limit = _last_restored(targets), _watched_until(experiment, targets)
    wait = max(timings.observe_seconds, ceil((limit - back) / LOOKS))
    yield from extend(meta, clock() + wait + seconds + timings.deadline_margin_seconds)
    now = yield from sample(targets, experiment, "after", clock())
    samples = yield from Load(partition(meta.experiment_id), "sample#")
    patience = max(limit, back + timings.recovery_seconds)
    recovered = settled(now) and drained(samples)
    open_still = awaited(experiment.expect, samples) or (
        yield from _streams_may_catch_up(meta, experiment, targets, clock())
    )
    expected = clock() > limit or not open_still
    return {"over": (recovered and expected) or clock() > patience, "wait_seconds": wait}


def _after_watch(experiment: Experiment, timings: Timings) -> int:
    """Until the report says how long it takes, also where the verification cannot say so."""
    both = timings.verify_targets_task_seconds + timings.report_task_seconds
    return both + experiment.ramp_time


def _watched_until(experiment: Experiment, targets: Sequence[Target]) -> float:
    first, back = _first_detached(targets), _last_restored(targets)
    streams = stream_lag.limits(experiment.expect, stream_lag.kinds_of(targets))
    until = watched_until(experiment.expect, first, back)
    return max(until, stream_lag.watched_until(streams, back))


def _streams_may_catch_up(
    meta: Meta, experiment: Experiment, targets: Sequence[Target], now: float
) -> Step[bool]:
    """Whether streams are expected to be drained, and later metrics may still tell whether so."""
    limits = stream_lag.limits(experiment.expect, stream_lag.kinds_of(targets))
    if not limits:
        return False
    points = yield from fetch_iterator_age(experiment.function_name, meta.started_at, now)
    lag = stream_lag.measure(points, _first_detached(targets), _last_restored(targets), now)
    return lag is not None and not all(lag.settles(each) for each in limits)


def _first_detached(targets: Sequence[Target]) -> float:
    times = [t["detached_at"] for each in targets for t in each.history]
    times += [each.detached_at for each in targets]
    return min((each for each in times if each), default=0)


def _last_restored(targets: Sequence[Target]) -> float:
    earlier = (each["restored_at"] for target in targets for each in target.history)
    return max((*earlier, *(target.restored_at for target in targets)), default=0)
