"""Each change of status is told so that a person knows what happened, why, and where to look."""

import json
from typing import Any

import pytest

from snapback.model.effects import Call
from snapback.model.errors import NotTold
from snapback.report.notices import Machines, notify
from tests.fakes.answers import answer, refused

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:Experiment"
RESTORES = "arn:aws:states:eu-west-1:123456789012:stateMachine:Restore"
ABANDONS = "arn:aws:states:eu-west-1:123456789012:stateMachine:Abandon"
MACHINES = Machines(RESTORES, ABANDONS)
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:Experiment:friday"
SAID = 'event_uuids: "all", but\norders\\live has "no" mapping'
CAUSE = json.dumps({"errorMessage": SAID, "errorType": "InvalidExperiment", "stackTrace": ["…"]})


def told(status: str, machine: str = MACHINE, **more: Any) -> tuple[str, list[str]]:
    """The subject and the lines that a change of status makes."""
    event = {
        "status": status,
        "name": "friday",
        "executionArn": EXECUTION,
        "stateMachineArn": machine,
        "input": '{"experiment_id": "friday", "note": "\\"quoted\\""}',
        "error": None,
        "cause": None,
        **more,
    }
    sent: list[Call] = []
    answer(notify(event, MACHINES, "topic"), {"Publish": {}}, asked=sent)
    [message] = [each.params for each in sent]
    assert message["TopicArn"] == "topic"
    lines = message["Message"].splitlines()
    assert lines[-1] == f"Execution: {EXECUTION}"
    return message["Subject"], lines


@pytest.mark.parametrize(
    ("machine", "status", "error", "subject", "line"),
    [
        (MACHINE, "RUNNING", None, "started", "experiment friday started"),
        (MACHINE, "SUCCEEDED", None, "ended", "experiment friday ended; its report is the output"),
        (MACHINE, "FAILED", "InvalidExperiment", "refused", "experiment friday was refused"),
        (MACHINE, "FAILED", "TargetsLocked", "refused", "experiment friday was refused"),
        (MACHINE, "FAILED", "TargetsNotRestored", "failed", "experiment friday failed"),
        (MACHINE, "FAILED", None, "failed", "experiment friday failed"),
        (MACHINE, "ABORTED", None, "ABORTED", "experiment friday is ABORTED; its targets are put"),
        (MACHINE, "TIMED_OUT", "States.Timeout", "TIMED_OUT", "experiment friday is TIMED_OUT"),
        (RESTORES, "RUNNING", None, "restore started", "restore from outside started"),
        (RESTORES, "FAILED", "TargetsDiffer", "restore failed", "restore from outside failed"),
        (RESTORES, "TIMED_OUT", None, "restore TIMED_OUT", "restore from outside is TIMED_OUT"),
        (ABANDONS, "SUCCEEDED", None, "target abandoned", "a target was abandoned"),
    ],
)
def test_each_change_of_status_is_told(
    machine: str, status: str, error: str | None, subject: str, line: str
) -> None:
    found, lines = told(status, machine, error=error)
    assert found == f"Snapback: {subject}: friday"
    assert lines[0].startswith(f"Snapback: {line}")


def test_a_cause_with_quotation_marks_and_line_breaks_is_told_as_the_handler_said_it() -> None:
    _, lines = told("FAILED", error="InvalidExperiment", cause=CAUSE)
    assert lines[1:-1] == ["InvalidExperiment:", *SAID.splitlines()]


@pytest.mark.parametrize("cause", [SAID, '{"half": ', '["a list"]'])
def test_a_cause_that_no_handler_wrote_is_told_as_it_is(cause: str) -> None:
    _, lines = told("FAILED", RESTORES, error="TargetsNotRestored", cause=cause)
    assert lines[1:-1] == ["TargetsNotRestored:", *cause.splitlines()]


def test_who_starts_something_is_told_its_input() -> None:
    _, lines = told("RUNNING")
    assert lines[1] == 'Input: {"experiment_id": "friday", "note": "\\"quoted\\""}'
    _, lines = told("RUNNING", input="x" * 200_000)
    assert len(lines[1]) < 1000
    _, lines = told("RUNNING", input=None)
    assert lines[1] == "Input: too large to show here"


PROBED = {"expect": [{"type": "probe_stays_up", "url": "https://me:secret@host/up?token=secret"}]}


@pytest.mark.parametrize(
    "given", [json.dumps(PROBED), json.dumps(PROBED).replace("/", "\\/"), json.dumps(PROBED)[:-1]]
)
def test_no_secret_of_a_url_is_mailed_with_an_input(given: str) -> None:
    _, lines = told("RUNNING", input=given)
    assert "://host/up" in lines[1]
    assert "secret" not in lines[1]


def test_no_secret_of_a_url_is_mailed_with_a_cause() -> None:
    """Step Functions quotes the input where a path of it is missing."""
    _, lines = told("FAILED", cause=f"'$.x' could not be found in the input '{json.dumps(PROBED)}'")
    assert "https://host/up" in lines[2]
    assert "secret" not in "".join(lines)


def test_a_restore_is_told_under_the_name_of_its_experiment() -> None:
    subject, _ = told("FAILED", RESTORES, name="snapback-rescue-1")
    assert subject.endswith(": friday")
    subject, _ = told("FAILED", RESTORES, name="snapback-rescue-1", input=None)
    assert subject.endswith(": snapback-rescue-1")


def test_a_subject_and_a_message_fit_whatever_they_quote() -> None:
    subject, _ = told("TIMED_OUT", name="ä" * 80)
    assert len(subject) < 100
    assert subject.isascii()
    event = {"status": "FAILED", "name": "friday", "executionArn": EXECUTION, "error": "Any"}
    sent: list[Call] = []
    long = {**event, "stateMachineArn": MACHINE, "cause": "\U0001f9ef" * 200_000}
    answer(notify(long, MACHINES, "topic"), {"Publish": {}}, asked=sent)
    assert len(sent[0].params["Message"].encode()) < 262_144


def test_a_notice_that_the_topic_did_not_take_fails_so_that_it_is_tried_again() -> None:
    event = {"status": "RUNNING", "name": "friday", "executionArn": EXECUTION, "input": "{}"}
    with pytest.raises(NotTold, match="Snapback: started: friday: AccessDenied"):
        answer(
            notify({**event, "stateMachineArn": MACHINE}, MACHINES, "topic"),
            {"Publish": refused()},
        )
