"""Proves every mapping that an experiment names, with the proofs that concern it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from snapback.faults.mappings.captured import encrypted
from snapback.faults.mappings.delete import input as delete
from snapback.faults.mappings.delete.refusals import unbuildable
from snapback.faults.mappings.disable import input as disable
from snapback.faults.mappings.mapping import create_request
from snapback.faults.mappings.proofs import (
    attachments,
    clusters,
    execution_role,
    expiry,
    functions,
    letters,
    named_queues,
    ownership,
    queues,
    restoring_role,
    streams,
    times,
)
from snapback.faults.mappings.proofs.caching import cached
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.faults.mappings.reading import everything
from snapback.model.effects import Check, Document, Step
from snapback.model.experiment import Experiment
from snapback.model.findings import NOTHING, Findings, capped, merged, warning
from snapback.model.timings import Timings
from snapback.protocol.contract import Chosen, Circumstances, View
from snapback.workload.sources import kind_of


def outage_seconds(experiment: Experiment, targets: int, timings: Timings) -> int:
    """How long nothing may read a source: the hold, a second for each change, the start."""
    changes = 1 if experiment.sequence == "rolling" else targets
    return experiment.total_chaos_duration + changes + timings.start_lag_seconds


def prove_deletable(
    experiment: Experiment, asked: delete.Input, targets: Sequence[Chosen], around: Circumstances
) -> Step[Findings]:
    """Prove that mappings can be deleted and made again."""
    common = Subject(
        config={},
        outage_seconds=outage_seconds(experiment, len(targets), around.timings),
        function={},
        deletes=True,
        allow_managed=asked.allow_managed,
        accept_expiry=asked.accept_expiry,
        restoring_role=experiment.assume_role_arn or around.restoring_role,
        table_key=around.table_key,
        now=around.now,
        resume=asked.resume,
        position_margin=around.timings.position_margin_seconds,
    )
    return _prove(experiment, targets, around, common)


def prove_disableable(
    experiment: Experiment,
    asked: disable.Input,
    targets: Sequence[Chosen],
    around: Circumstances,
) -> Step[Findings]:
    """Prove that mappings can be disabled and enabled again."""
    common = Subject(
        config={},
        outage_seconds=outage_seconds(experiment, len(targets), around.timings),
        function={},
        accept_expiry=asked.accept_expiry,
        now=around.now,
    )
    return _prove(experiment, targets, around, common)


def _prove(
    experiment: Experiment, targets: Sequence[Chosen], around: Circumstances, common: Subject
) -> Step[Findings]:
    """Prove each mapping, and that the times suit all; `common` is what they have in common."""
    configs = [each.document for each in targets]
    return capped((yield from cached(_prove_configs(experiment, configs, around, common))))


def _prove_times(
    experiment: Experiment, configs: Sequence[Document], around: Circumstances, *, deletes: bool
) -> Step[Findings]:
    """The account is listed where its size counts: a batch that is captured again reads all of it."""
    view = View()
    if times.read_again(experiment, around.timings):
        view = yield from everything()
    listed = max(len(view.answers), len(configs))
    return times.prove(
        experiment,
        configs,
        around.timings,
        deletes=deletes,
        pace=around.requests_per_second,
        listed=listed,
    )


def _prove_configs(
    experiment: Experiment, configs: Sequence[Document], around: Circumstances, common: Subject
) -> Step[Findings]:
    """More than ever fit are refused without a proof of each, which would not end in time."""
    expected, function, tag = experiment.expect, around.function, around.allowed_tag
    timed = yield from _prove_times(experiment, configs, around, deletes=common.deletes)
    if len(configs) > times.MOST:
        return timed
    found = [
        timed,
        (yield from named_queues.prove(expected, configs, function, tag)),
        (yield from letters.prove(expected, configs)),
    ]
    subjects = []
    for config in configs:
        fed, findings = yield from functions.look_up(config, function)
        subjects.append(replace(common, config=config, function=fed))
        found.append(findings)
    seen = _Seen(
        (yield from execution_role.look(subjects)),
        (yield from ownership.look([each.uuid for each in subjects])),
    )
    for subject in subjects:
        found.append((yield from _prove_subject(subject, seen)))  # noqa: PERF401  # it yields
    return merged(found)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was asked for all subjects together."""

    simulated: execution_role.Simulated
    owners: ownership.Owners


def _prove_subject(subject: Subject, seen: _Seen) -> Step[Findings]:
    found = [
        (yield from _prove_source(subject)),
        (yield from attachments.prove(subject)),
        (yield from execution_role.prove(subject, seen.simulated)),
        (yield from ownership.prove(subject, seen.owners[subject.uuid])),
    ]
    if subject.deletes:
        found += [
            (yield from _prove_request(subject)),
            (yield from restoring_role.prove(subject)),
            (yield from expiry.warn(subject)),
            _advice(subject),
            _exposure(subject),
        ]
    return merged(found)


def _prove_source(subject: Subject) -> Step[Findings]:
    kind = kind_of(subject.config)
    if kind == "sqs":
        return (yield from queues.prove(subject))
    if kind in ("kinesis", "dynamodb"):
        return (yield from streams.prove(subject))
    there = yield from clusters.prove(subject, kind)
    return merged((there, (yield from streams.prove_by_default(subject, kind))))


def _prove_request(subject: Subject) -> Step[Findings]:
    request = create_request(subject.config, {})
    refusal = yield from Check("lambda", "CreateEventSourceMapping", request)
    return problem(subject.uuid, unbuildable(refusal)) if refusal else NOTHING


def _advice(subject: Subject) -> Findings:
    found = []
    if kind_of(subject.config) == "dynamodb":
        found.append(
            f"{subject.source_arn} is a DynamoDB stream, whose new mapping handles every record of "
            "the last 24 hours again; the fault disable-mappings keeps its place."
        )
    if seconds := subject.config.get("TumblingWindowInSeconds"):
        found.append(
            f"Mapping {subject.uuid} aggregates over windows of {seconds} seconds "
            "(TumblingWindowInSeconds). The state of the open window is lost with it, and the new "
            "mapping begins inside a window: the aggregates around the fault will be wrong."
        )
    return Findings(warnings=tuple(found))


def _exposure(subject: Subject) -> Findings:
    """Whoever may read the table sees the filter criteria in the request that is stored there."""
    if subject.table_key or not encrypted(subject.config):
        return NOTHING
    return warning(
        f"The filter criteria of {subject.uuid} are encrypted with {subject.config['KMSKeyArn']}, "
        "but in the table only with a key that AWS manages; give the stack a key of your own "
        "with the setting table_key_arn, or choose the fault disable-mappings, which stores none."
    )
