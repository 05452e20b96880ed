"""The end of an experiment: its report is judged, stored and answered, and its locks released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapback.judge.judge import judge
from snapback.model.clock import Clock
from snapback.model.effects import Change, Load, Step, Write
from snapback.model.evidence import Evidence, spans
from snapback.model.expectations import DestinationReceived
from snapback.model.experiment import Experiment
from snapback.model.records import VERSION, Meta, Target, partition, report_key
from snapback.protocol.lifecycle import fence, load_targets
from snapback.report import document as report
from snapback.report.repeats import repeats
from snapback.rescue.restoration import finish
from snapback.workload import metrics as signals
from snapback.workload.concurrency import drain_limits, throttled
from snapback.workload.destinations import read_letters
from snapback.workload.queues import configs_of, destination_queues, source_queues
from snapback.workload.stream_lag import kinds_of

_MEASURED_SECONDS = 30 * 3600
"""How much of a run's metrics is read: longer than an execution, where a restore took days."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The error the execution must end with, if any, and the full report."""

    failure: report.Failure | None
    report: dict[str, Any]

    def answer(self, links: Mapping[str, str]) -> dict[str, Any]:
        """`{failure, report}`, the report with its links, as far as it fits into an output."""
        failure = self.failure.as_output() if self.failure else None
        return {"failure": failure, "report": {**report.short(self.report), "links": dict(links)}}


def conclude(meta: Meta, original: Mapping[str, str] | None, clock: Clock) -> Step[Conclusion]:
    """Judge what happened, store the report and close the experiment.

    Fenced before its targets are read: a restore that never ran has not fenced it, and a slow
    injector of a later round could still take a target that is terminal now. Closed before anything
    is judged: locks must not wait for metrics or letters.
    """
    yield from fence(meta)
    targets = yield from load_targets(meta.experiment_id)
    failure = report.judge(targets, original)
    yield from finish(meta, targets, original, clock())
    experiment = Experiment.of(meta.experiment)
    evidence, notes = yield from _evidence(meta, experiment, targets, clock)
    notes += yield from drain_limits(experiment.function_name, targets)
    notes += throttled(experiment.function_name, evidence.series, evidence.back)
    notes += repeats(evidence.series, evidence.back)
    findings = report.Findings(
        finished_at=evidence.until,
        windows=evidence.any_away,
        expectations=judge(experiment.expect, evidence),
        letters=evidence.letters,
        notes=notes,
    )
    samples = evidence.samples
    full = report.build(meta, targets, samples, evidence.series, failure, findings)
    record = {"version": VERSION, "report": report.short(full)}
    yield from Write((Change(report_key(meta.experiment_id), set=record),))
    return Conclusion(failure, full)


def _evidence(
    meta: Meta, experiment: Experiment, targets: Sequence[Target], clock: Clock
) -> Step[tuple[Evidence, list[str]]]:
    """What is known of the run, and what of it could not be read."""
    samples = yield from Load(partition(meta.experiment_id), "sample#")
    until = clock()
    queues = source_queues(targets)
    name, expected = experiment.function_name, experiment.expect
    measured = min(until, meta.started_at + _MEASURED_SECONDS)
    series, refused = yield from signals.fetch(name, queues, expected, meta.started_at, measured)
    asked = any(isinstance(each, DestinationReceived) for each in expected)
    destinations = destination_queues(configs_of(targets), expected) if asked else []
    letters = yield from read_letters(destinations, name, meta.started_at)
    any_away, all_away = spans(targets)
    notes = [f"CloudWatch's metrics could not be read ({refused})."] if refused else []
    kinds = kinds_of(targets)
    return Evidence(samples, series, until, any_away, all_away, letters, kinds), notes
