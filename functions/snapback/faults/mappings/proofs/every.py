"""Every proof of every target, asked together so that all problems are named at once."""

from collections.abc import Callable, Sequence

from snapback.faults.mappings.delete.act import unbuildable
from snapback.faults.mappings.delete.input import Input
from snapback.faults.mappings.mapping import create_request
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
from snapback.faults.mappings.proofs.once import once
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.model.effects import Check, Document, Step
from snapback.model.experiment import Experiment
from snapback.model.findings import NOTHING, Findings, capped, merged, warning
from snapback.model.timings import Timings
from snapback.protocol.contract import Chosen, Circumstances
from snapback.workload.sources import kind_of


def outage_seconds(experiment: Experiment, targets: int, timings: Timings) -> int:
    """How long nothing may read a source: the hold, a second for each change, the start."""
    changes = 1 if experiment.sequence == "rolling" else targets
    return experiment.total_chaos_duration + changes + timings.start_lag_seconds


def prove_deletable(
    experiment: Experiment, asked: Input, targets: Sequence[Chosen], around: Circumstances
) -> Step[Findings]:
    """Prove mappings that are to be deleted."""

    def subject(config: Document, function: Document, outage: int) -> Subject:
        return Subject(
            config=config,
            outage_seconds=outage,
            function=function,
            deletes=True,
            allow_managed=asked.allow_managed,
            accept_expiry=asked.accept_expiry,
            restoring_role=experiment.assume_role_arn or around.restoring_role,
            now=around.now,
            resume=asked.resume,
            position_margin=around.timings.position_margin_seconds,
        )

    return _prove_each(experiment, targets, around, subject)


def prove_kept(
    experiment: Experiment,
    targets: Sequence[Chosen],
    around: Circumstances,
    *,
    accept_expiry: bool,
) -> Step[Findings]:
    """Prove mappings that stay as they are, but for being disabled."""

    def subject(config: Document, function: Document, outage: int) -> Subject:
        return Subject(config, outage, function, now=around.now, accept_expiry=accept_expiry)

    return _prove_each(experiment, targets, around, subject)


def _prove_each(
    experiment: Experiment,
    targets: Sequence[Chosen],
    around: Circumstances,
    subject: Callable[[Document, Document, int], Subject],
) -> Step[Findings]:
    configs = [each.document for each in targets]
    outage = outage_seconds(experiment, len(configs), around.timings)
    return capped(
        (yield from once(_findings(experiment, configs, around.function, outage, subject)))
    )


def _findings(
    experiment: Experiment,
    configs: Sequence[Document],
    function: Document,
    outage: int,
    subject: Callable[[Document, Document, int], Subject],
) -> Step[Findings]:
    found = [(yield from letters.prove(experiment.expect, configs))]
    for config in configs:
        looked_up, findings = yield from functions.look_up(config, function)
        found += [findings, (yield from _prove(subject(config, looked_up, outage)))]
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
    kind = kind_of(subject.config)
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
    if kind_of(subject.config) != "dynamodb":
        return NOTHING
    return warning(
        f"{subject.source_arn} is a DynamoDB stream, whose new mapping handles every record of the "
        "last 24 hours again; the fault disable-mappings keeps its place."
    )
