"""Every proof of every target, asked together so that all problems are named at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapback.faults.mappings.mapping import create_request, source_of
from snapback.faults.mappings.proofs import (
    attachments,
    clusters,
    execution_role,
    expiry,
    functions,
    letters,
    ownership,
    queues,
    restoring_role,
    streams,
)
from snapback.faults.mappings.proofs.findings import (
    NOTHING,
    Findings,
    Subject,
    capped,
    merged,
    problem,
    warning,
)
from snapback.faults.mappings.proofs.once import once
from snapback.faults.mappings.remaking import unbuildable
from snapback.model.effects import Check, Step
from snapback.model.experiment import Experiment
from snapback.model.timings import Timings


@dataclass(frozen=True, slots=True)
class Around:
    """What is the same for every mapping: the intervals, the epoch second, who restores at home."""

    timings: Timings
    now: float
    restore_role_arn: str


def outage_seconds(experiment: Experiment, targets: int, timings: Timings) -> int:
    """How long nothing may read a source: the hold, a second for each change, the start."""
    changes = 1 if experiment.sequence == "rolling" else targets
    return experiment.total_chaos_duration + changes + timings.start_lag_seconds


def prove(
    experiment: Experiment,
    configs: Sequence[Mapping[str, Any]],
    function: Mapping[str, Any],
    around: Around,
) -> Step[Findings]:
    """Prove each mapping; `function` is the configuration of the experiment's function."""
    outage = outage_seconds(experiment, len(configs), around.timings)
    return capped((yield from once(_prove_all(experiment, configs, function, outage, around))))


def _prove_all(
    experiment: Experiment,
    configs: Sequence[Mapping[str, Any]],
    function: Mapping[str, Any],
    outage: int,
    around: Around,
) -> Step[Findings]:
    found = [(yield from letters.prove(experiment.expect, configs))]
    for config in configs:
        looked_up, findings = yield from functions.look_up(config, function)
        subject = Subject(
            config=config,
            outage_seconds=outage,
            function=looked_up,
            deletes=experiment.fault == "delete-mappings",
            allow_managed=experiment.allow_managed,
            restoring_role=experiment.assume_role_arn or around.restore_role_arn,
            now=around.now,
            resume=experiment.resume,
            position_margin=around.timings.position_margin_seconds,
        )
        found += [findings, (yield from _prove(subject))]
    return merged(found)


def _prove(subject: Subject) -> Step[Findings]:
    found = [
        (yield from _source(subject)),
        (yield from attachments.prove(subject)),
        (yield from execution_role.prove(subject)),
        (yield from ownership.prove(subject)),
    ]
    if subject.deletes:
        found += [
            (yield from _request(subject)),
            (yield from restoring_role.prove(subject)),
            (yield from expiry.warn(subject)),
            _advice(subject),
        ]
    return merged(found)


def _source(subject: Subject) -> Step[Findings]:
    kind = source_of(subject.config)
    if kind == "sqs":
        return (yield from queues.prove(subject))
    if kind in ("kinesis", "dynamodb"):
        return (yield from streams.prove(subject))
    there = yield from clusters.prove(subject, kind)
    return merged((there, (yield from streams.prove_kept(subject, kind))))


def _request(subject: Subject) -> Step[Findings]:
    request = create_request(subject.config, {})
    refusal = yield from Check("lambda", "CreateEventSourceMapping", request)
    return problem(subject.uuid, unbuildable(refusal)) if refusal else NOTHING


def _advice(subject: Subject) -> Findings:
    if source_of(subject.config) != "dynamodb":
        return NOTHING
    return warning(
        f"{subject.source_arn} is a DynamoDB stream, whose new mapping handles every record of the "
        "last 24 hours again; the fault disable-mappings keeps its place."
    )
