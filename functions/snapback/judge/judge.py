"""One verdict an expectation, and one for all."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from snapback.judge.alarms import alarm_stays_ok, alarm_within, probe_stays_up
from snapback.judge.metrics import invocations_stopped, metric_holds
from snapback.model import expectations
from snapback.model.effects import Document
from snapback.model.evidence import Evidence
from snapback.model.expectations import (
    AlarmStaysOk,
    AlarmWithin,
    BacklogGrew,
    DeadLettersAtMost,
    DestinationReceived,
    DrainedWithin,
    Expectation,
    InvocationsStopped,
    MetricHolds,
    ProbeStaysUp,
)
from snapback.model.verdict import Verdict, unknown
from snapback.workload.backlog_verdicts import backlog_grew, drained_within
from snapback.workload.letter_verdicts import dead_letters_at_most, destination_received


def judge(
    expected: Iterable[Expectation], evidence: Evidence, *, felt: bool | None
) -> list[dict[str, Any]]:
    """`{type, expected, verdict, reason, figures}` for each expectation, in the order given.

    `felt` is whether the fault was felt, None where that cannot be measured. A fault that nobody
    felt proves nothing: then every verdict is `unknown`.
    """
    return [_row(each, _sure(_judge(each, evidence), felt=felt)) for each in expected]


def _sure(found: Verdict, *, felt: bool | None) -> Verdict:
    if felt is not False or found.verdict == "unknown":
        return found
    return unknown(f"no effect: the fault was not felt ({found.reason})", **found.figures)


def _row(expected: Expectation, found: Verdict) -> dict[str, Any]:
    asked = {name: value for name, value in expectations.told(expected).items() if name != "type"}
    return {"type": expected.type, "expected": asked, **asdict(found)}


def _judge(expected: Expectation, evidence: Evidence) -> Verdict:  # noqa: PLR0911  # one a kind
    match expected:
        case BacklogGrew():
            return backlog_grew(expected, evidence)
        case InvocationsStopped():
            return invocations_stopped(expected, evidence)
        case DrainedWithin():
            return drained_within(expected, evidence)
        case AlarmWithin():
            return alarm_within(expected, evidence)
        case AlarmStaysOk():
            return alarm_stays_ok(expected, evidence)
        case ProbeStaysUp():
            return probe_stays_up(expected, evidence)
        case DeadLettersAtMost():
            return dead_letters_at_most(expected, evidence)
        case DestinationReceived():
            return destination_received(expected, evidence)
        case MetricHolds():
            return metric_holds(expected, evidence)


def overall(verdicts: Iterable[Document]) -> str:
    """`deviated` if any deviated, else `unknown` if any is unknown, else `held`."""
    found = {each["verdict"] for each in verdicts}
    return next((each for each in ("deviated", "unknown") if each in found), "held")
