"""What is told of an execution whose status changed, so that a person knows what happened and why."""

import json
from dataclasses import dataclass
from typing import Any

from snapback.model.effects import Document, Step
from snapback.model.errors import InvalidExperiment, NotTold, TargetsLocked
from snapback.model.expectations import shown_text, shown_value
from snapback.model.payload_limits import shortened
from snapback.report.message import message

_REFUSALS = (InvalidExperiment.__name__, TargetsLocked.__name__)
"""Errors of an experiment that did not begin."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: its subject, and its lines."""

    subject: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machines:
    """The ARNs by which the other state machines are told from that of experiments."""

    restore: str
    abandon: str


def notify(detail: Document, machines: Machines, topic_arn: str) -> Step[str]:
    """Tell of one change of status, as Step Functions describes it; answers the subject.

    NotTold if the topic did not take it.
    """
    match detail["stateMachineArn"]:
        case machines.restore:
            notice = of_restore(detail)
        case machines.abandon:
            notice = of_abandonment(detail)
        case _:
            notice = of_experiment(detail)
    answer = yield from message(topic_arn, notice.subject, notice.lines)
    if not answer.done:
        raise NotTold(f"{notice.subject}: {answer}")
    return notice.subject


def of_experiment(detail: Document) -> Notice:
    """What is told of an experiment."""
    status, name = detail["status"], detail["name"]
    if status == "RUNNING":
        return _notice("started", name, f"experiment {name} started", detail, _input(detail))
    if status == "SUCCEEDED":
        ended = f"experiment {name} ended; its report is the output of its execution"
        return _notice("ended", name, ended, detail)
    if status == "FAILED":
        how = "was refused" if detail.get("error") in _REFUSALS else "failed"
        short = how.removeprefix("was ")
        return _notice(short, name, f"experiment {name} {how}", detail, *_why(detail))
    what = f"experiment {name} is {status}; its targets are put back from outside"
    return _notice(status, name, what, detail)


def of_restore(detail: Document) -> Notice:
    """What is told of a restore from outside."""
    status, name = detail["status"], _experiment_of(detail)
    if status == "RUNNING":
        started = "restore from outside started"
        return _notice("restore started", name, started, detail, _input(detail))
    if status == "FAILED":
        failed = "restore from outside failed"
        return _notice("restore failed", name, failed, detail, *_why(detail))
    what = f"restore from outside is {status}; the sweeper starts another one"
    return _notice(f"restore {status}", name, what, detail)


def of_abandonment(detail: Document) -> Notice:
    """What is told of a target that a person has given up."""
    name = _experiment_of(detail)
    return _notice("target abandoned", name, "a target was abandoned", detail, _input(detail))


def _notice(short: str, name: str, what: str, detail: Document, *more: str) -> Notice:
    execution = f"Execution: {detail['executionArn']}"
    return Notice(f"Snapback: {short}: {name}", (f"Snapback: {what}", *more, execution))


def _input(detail: Document) -> str:
    """The input, without what may be secret in the URLs of probes."""
    given = detail.get("input")
    if not given:
        return "Input: too large to show here"
    try:
        told = json.dumps(shown_value(json.loads(given)), ensure_ascii=False)
    except ValueError:
        told = shown_text(given)
    return f"Input: {shortened(told)}"


def _experiment_of(detail: Document) -> str:
    """The experiment that an input names, else the execution."""
    given = _parsed(detail.get("input"))
    return str(given.get("experiment_id") or detail["name"])


def _why(detail: Document) -> tuple[str, ...]:
    """The error and its cause; of what Lambda reports as JSON, only what the handler said."""
    cause = str(detail.get("cause") or "")
    said = str(_parsed(cause).get("errorMessage") or cause)
    lines = shown_text(said).splitlines()
    return (f"{detail.get('error') or 'No error was named'}:", *lines)


def _parsed(text: str | None) -> dict[str, Any]:
    """A JSON object; empty if the text is none."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
