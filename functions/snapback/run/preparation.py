"""From a validated request to captured targets: the snapshot step, or its dry run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from snapback.faults import registry
from snapback.model.effects import Document, Step
from snapback.model.errors import InvalidExperiment, TargetsChanged
from snapback.model.experiment import Experiment
from snapback.model.payload_limits import BETWEEN_STATES, cause, fitting, size_of
from snapback.model.records import Meta, Target
from snapback.model.steps import at
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Act, Unfit
from snapback.protocol.lifecycle import begin, commit, warn
from snapback.protocol.prepare import Capture, capture_all, reserve
from snapback.run.crowd import Caps, crowd_problems
from snapback.run.handover import Named, receive
from snapback.run.observation import sample
from snapback.run.rounds import Layout, lay_out
from snapback.run.steadiness import refuse_unsteady


@dataclass(frozen=True, slots=True)
class Asked:
    """What Validate experiment hands over, and whose execution it is."""

    experiment_id: str
    execution_arn: str
    experiment: Document
    targets: Sequence[Mapping[str, str]]
    warnings: Sequence[str]


def snapshot_targets(
    asked: Asked, attempt: Attempt, caps: Caps | None = None
) -> Step[dict[str, Any]]:
    """Lock, read and store every target, or answer the plan of a dry run.

    InvalidExperiment where the caps are exceeded by now; without caps nothing is counted.
    """
    meta = Meta(
        experiment_id=asked.experiment_id,
        status="preparing",
        execution_arn=asked.execution_arn,
        experiment=Experiment.of(asked.experiment),
        warnings=tuple(asked.warnings),
        started_at=attempt.now,
        deadline=attempt.until(attempt.timings.snapshot_targets_task_seconds),
        target_count=len(asked.targets),
    )
    if meta.experiment.dry_run:
        step = _dry_run(meta, asked.targets, attempt)
    else:
        step = _prepare(meta, asked.targets, attempt, caps)
    return (yield from at(meta.experiment.place, attempt.patiently(step)))


def _prepare(
    meta: Meta, handed: Sequence[Mapping[str, str]], attempt: Attempt, caps: Caps | None
) -> Step[dict[str, Any]]:
    """Answers what the state machine needs for its rounds."""
    experiment, timings = meta.experiment, attempt.timings
    act = registry.act(experiment.fault)
    named = yield from receive(experiment.fault, handed)
    layout = lay_out(experiment, len(named), timings)
    yield from begin(replace(meta, rounds=layout.rounds))
    yield from warn(meta)
    targets = _targets(meta, named, act, layout)
    yield from reserve(meta, targets, attempt)
    captured = yield from capture_all(targets, Capture.for_targets(act, meta, targets, attempt))
    seen = yield from sample(captured, experiment, "before", attempt.now)
    refuse_unsteady(experiment, seen["alarms"], seen["probes"])
    yield from _refuse_crowd(meta, caps)
    yield from commit(meta, attempt.until(experiment.ramp_time, timings.inject_fault_task_seconds))
    return {
        "dry_run": False,
        "rounds": [asdict(each) for each in layout.rounds],
        "batches": layout.batches,
        "concurrency": layout.concurrency,
        "ramp_down_seconds": experiment.ramp_time,
    }


def _refuse_crowd(meta: Meta, caps: Caps | None) -> Step[None]:
    """Count again what is open, now that others can count this one: both may have been validated."""
    if caps is None:
        return
    if problems := (yield from crowd_problems(caps, meta.target_count, meta.experiment_id)):
        raise InvalidExperiment(cause(problems))


def _dry_run(
    meta: Meta, handed: Sequence[Mapping[str, str]], attempt: Attempt
) -> Step[dict[str, Any]]:
    """Read every target without a lock and answer the plan in sentences; stores nothing."""
    fault = meta.experiment.fault
    act = registry.act(fault)
    named = yield from receive(fault, handed)
    layout = lay_out(meta.experiment, len(named), attempt.timings)
    targets = _targets(meta, named, act, layout)
    how = Capture.for_targets(act, meta, targets, attempt)
    sentences: list[str] = []
    problems: list[str] = []
    for target in targets:
        captured = yield from how.take(target)
        if isinstance(captured, Unfit):
            problems.append(captured.reason)
        else:
            as_captured = target.captured(captured.snapshot, captured.undo)
            sentences += yield from registry.plan(fault).describe(as_captured, attempt.now)
    if problems:
        raise TargetsChanged(cause(problems))
    return {
        "dry_run": True,
        "report": _planned(meta, sentences),
        "rounds": [],
        "batches": [],
        "concurrency": 1,
        "ramp_down_seconds": 0,
    }


def _planned(meta: Meta, sentences: Sequence[str]) -> dict[str, Any]:
    """The report of a dry run, with as much of its plan as fits between two states."""
    report = {
        "version": 1,
        "experiment_id": meta.experiment_id,
        "status": "planned",
        "experiment": meta.experiment.told(),
    }
    warnings = [f"Warning: {each}" for each in meta.warnings]
    room = BETWEEN_STATES - size_of(report) - size_of(warnings)
    return {**report, "plan": [*fitting(sentences, room, "Sentences"), *warnings]}


def _targets(meta: Meta, named: Sequence[Named], act: Act, layout: Layout) -> list[Target]:
    return [
        Target(
            experiment_id=meta.experiment_id,
            key=each.key,
            status="reserved",
            name=each.name,
            locks=act.locks(each.key),
            batch=batch,
        )
        for each, batch in zip(named, layout.batch_of, strict=True)
    ]
