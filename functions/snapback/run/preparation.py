"""From a validated request to captured targets: the snapshot step, or its dry run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from snapback.faults.registry import FAULTS
from snapback.model.clock import Clock
from snapback.model.effects import Step
from snapback.model.errors import TargetsChanged
from snapback.model.experiment import Experiment
from snapback.model.payload_limits import BETWEEN_STATES, cause, fitting, size_of
from snapback.model.records import Meta, Target
from snapback.model.timings import Timings
from snapback.protocol.contract import Terms, Unfit
from snapback.protocol.lifecycle import begin, commit
from snapback.protocol.prepare import capture_all, reserve
from snapback.run.observation import sample
from snapback.run.rounds import Plan, plan
from snapback.run.steadiness import refuse_unsteady

type Chosen = Sequence[Mapping[str, str]]


def prepare(meta: Meta, chosen: Chosen, timings: Timings, clock: Clock) -> Step[dict[str, Any]]:
    """Lock, read and store every target; answers what the state machine needs for its rounds."""
    experiment = Experiment.of(meta.experiment)
    laid_out = plan(experiment, len(chosen), timings)
    yield from begin(replace(meta, rounds=laid_out.rounds))
    targets = _targets(meta, chosen, laid_out)
    yield from reserve(meta, targets, clock)
    fault = FAULTS[experiment.fault]
    captured = yield from capture_all(targets, fault, terms(experiment, timings, clock()))
    seen = yield from sample(captured, experiment, "before", clock())
    refuse_unsteady(experiment, seen["alarms"], seen["probes"])
    first = experiment.ramp_time + timings.inject_fault_task_seconds
    yield from commit(meta, clock() + first + timings.deadline_margin_seconds)
    return {
        "dry_run": False,
        "rounds": list(laid_out.rounds),
        "batches": laid_out.batches,
        "concurrency": laid_out.concurrency,
        "ramp_down_seconds": experiment.ramp_time,
    }


def dry_run(meta: Meta, chosen: Chosen, timings: Timings, clock: Clock) -> Step[dict[str, Any]]:
    """Read every target without a lock and answer the plan in sentences; stores nothing."""
    experiment = Experiment.of(meta.experiment)
    laid_out = plan(experiment, len(chosen), timings)
    fault = FAULTS[experiment.fault]
    sentences: list[str] = []
    problems: list[str] = []
    for target in _targets(meta, chosen, laid_out):
        captured = yield from fault.snapshot(target, terms(experiment, timings, clock()))
        if isinstance(captured, Unfit):
            problems.append(f"event_uuids: {captured.reason}")
        else:
            target = target.captured(captured.snapshot, captured.request)  # noqa: PLW2901
            sentences += yield from fault.describe(target, clock())
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
    """The report of a dry run, with as much of its plan as a state can be given."""
    report = {
        "version": 1,
        "experiment_id": meta.experiment_id,
        "status": "planned",
        "experiment": dict(meta.experiment),
    }
    warnings = [f"Warning: {each}" for each in meta.warnings]
    room = BETWEEN_STATES - size_of(report) - size_of(warnings)
    return {**report, "plan": [*fitting(sentences, room, "Sentences"), *warnings]}


def terms(experiment: Experiment, timings: Timings, now: float, *, patience: float = 0) -> Terms:
    """What a capture at this moment needs to know of its experiment."""
    return Terms(
        captured_at=now,
        resume=experiment.resume,
        position_margin=timings.position_margin_seconds,
        allow_managed=experiment.allow_managed,
        patience=patience,
    )


def _targets(meta: Meta, chosen: Chosen, laid_out: Plan) -> list[Target]:
    return [
        Target(
            experiment_id=meta.experiment_id,
            key=each["key"],
            status="reserved",
            uuid=each["uuid"],
            batch=batch,
        )
        for each, batch in zip(chosen, laid_out.batch_of, strict=True)
    ]
