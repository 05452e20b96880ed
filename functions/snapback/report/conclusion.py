"""The end of an experiment: its locks are released, and its report is judged and stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapback.faults import registry
from snapback.judge.judge import judge
from snapback.model.effects import Change, Document, Load, Step, Write
from snapback.model.evidence import Evidence, spans
from snapback.model.records import (
    SAMPLES,
    VERSION,
    Meta,
    Target,
    partition,
    report_key,
)
from snapback.model.source import Source
from snapback.model.steps import Ended, at, together
from snapback.protocol.attempt import Attempt
from snapback.protocol.lifecycle import expiry, fence, load, load_targets, warned
from snapback.report import document
from snapback.report.publication import Outlets, publish, restore_seconds
from snapback.report.repeats import repeats
from snapback.rescue.restoration import finish
from snapback.workload.destinations import read_expected
from snapback.workload.metrics import read_run
from snapback.workload.notes import notes
from snapback.workload.sources import kinds

_MEASURED_SECONDS = 30 * 3600
"""How much of a run's metrics is read: more than an execution, less than the days a restore may take."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The error the execution must end with, if any, and the full report.

    `links` say where it was stored, `problem` why it was not.
    """

    failure: document.Failure | None
    report: dict[str, Any]
    links: Mapping[str, str]
    problem: str = ""

    @property
    def status(self) -> str:
        """The verdict."""
        return str(self.report["status"])

    @property
    def restore_seconds(self) -> float | None:
        """How long after the window the last target was back, if that is known."""
        return restore_seconds(self.report)

    def answer(self) -> dict[str, Any]:
        """`{failure, report}`, the report with its links, as far as it fits into an output."""
        failure = self.failure.as_output() if self.failure else None
        report = {**document.short(self.report), "links": dict(self.links)}
        return {"failure": failure, "report": report}


def conclude(
    experiment_id: str, original: Mapping[str, str] | None, outlets: Outlets, attempt: Attempt
) -> Step[Conclusion]:
    """Close the experiment, judge what happened, store the report and publish it.

    Fenced before its targets are read: a restore that never ran has not fenced it, and a slow
    injector of a later round could still take a target that is terminal now. Closed before anything
    is judged: locks must not wait for metrics or letters. A report that cannot be published fails
    nothing.
    """
    meta = yield from load(experiment_id)
    yield from fence(meta)
    targets = yield from load_targets(experiment_id)
    failure = document.failure_of(meta, targets, original)
    yield from finish(meta, targets, original, attempt.now)
    step = _report(meta, targets, failure, attempt)
    report = yield from at(meta.experiment.place, step)
    kept = expiry(targets, attempt.now)
    record = {"version": VERSION, "report": _beside_other_items(report), **kept}
    yield from Write((Change(report_key(experiment_id), set=record),))
    published = yield from _published(report, outlets, attempt)
    problem = str(published.error) if published.error else ""
    return Conclusion(failure, report, published.result or {}, problem)


def _beside_other_items(report: Document) -> dict[str, Any]:
    """The report without what other items of the table say; of its targets, those to put back by hand."""
    told = {part: each for part, each in report.items() if part not in ("warnings", "samples")}
    by_hand = [each for each in report["targets"] if each["by_hand"]]
    return document.short({**told, "targets": by_hand})


def _published(report: Document, outlets: Outlets, attempt: Attempt) -> Step[Ended[dict[str, str]]]:
    [ended] = yield from together([publish(report, outlets)], attempt.steps_end_at, attempt.clock)
    return ended


def _report(
    meta: Meta, targets: Sequence[Target], failure: document.Failure | None, attempt: Attempt
) -> Step[dict[str, Any]]:
    experiment = meta.experiment
    sources = yield from registry.act(experiment.fault).sources(targets)
    evidence, unread = yield from _evidence(meta, targets, sources, attempt)
    name, series, back = experiment.function_name, evidence.series, evidence.back
    around = yield from notes(name, sources, series, back)
    felt = registry.tell(experiment.fault).effect(evidence)
    found = document.Judgement(
        finished_at=evidence.until,
        windows=evidence.any_broken,
        expectations=judge(experiment.expect, evidence, felt=felt),
        letters=evidence.letters,
        notes=[*unread, *around, *repeats(series, back)],
    )
    meta = yield from warned(meta)
    return document.build(meta, targets, evidence.samples, evidence.series, failure, found)


def _evidence(
    meta: Meta, targets: Sequence[Target], sources: Sequence[Source], attempt: Attempt
) -> Step[tuple[Evidence, list[str]]]:
    """What is known of the run, and what of it could not be read."""
    samples = yield from Load(partition(meta.experiment_id), SAMPLES)
    until = attempt.now
    name, expected = meta.experiment.function_name, meta.experiment.expect
    measured_until = min(until, meta.started_at + _MEASURED_SECONDS)
    measured = yield from read_run(name, sources, expected, meta.started_at, measured_until)
    letters = yield from read_expected(sources, expected, name, meta.started_at)
    broken = yield from registry.act(meta.experiment.fault).sources(
        [each for each in targets if each.broken_at]
    )
    any_broken, all_broken = spans(targets)
    evidence = Evidence(
        samples=samples,
        series=measured.series,
        until=until,
        any_broken=any_broken,
        all_broken=all_broken,
        letters=letters,
        kinds=kinds(broken),
    )
    refused = f"CloudWatch's metrics could not be read ({measured.refused})."
    return evidence, [refused] if measured.refused else []
