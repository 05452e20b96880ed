"""Notifications: one readable message for each thing that happens to an experiment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

REFUSALS = ["InvalidExperiment", "TargetsLocked"]
"""Errors of an experiment that did not begin."""

_NAME = events.EventField.from_path("$.detail.name")
_STATUS = events.EventField.from_path("$.detail.status")
_WHY = (
    f"{events.EventField.from_path('$.detail.error')}: "
    f"{events.EventField.from_path('$.detail.cause')}"
)
_INPUT = events.EventField.from_path("$.detail.input")
_EXECUTION = events.EventField.from_path("$.detail.executionArn")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said of executions whose change of status matches."""

    text: str
    detail: Mapping[str, list[Any]]


EXPERIMENT: Mapping[str, Notice] = {
    "Started": Notice(f"Snapback: experiment {_NAME} started: {_INPUT}", {"status": ["RUNNING"]}),
    "Ended": Notice(
        f"Snapback: experiment {_NAME} ended; its report is the output of {_EXECUTION}",
        {"status": ["SUCCEEDED"]},
    ),
    "Refused": Notice(
        f"Snapback: experiment {_NAME} was refused: {_WHY}",
        {"status": ["FAILED"], "error": REFUSALS},
    ),
    "Failed": Notice(
        f"Snapback: experiment {_NAME} failed: {_WHY} ({_EXECUTION})",
        {"status": ["FAILED"], "error": [{"anything-but": REFUSALS}, {"exists": False}]},
    ),
    "Interrupted": Notice(
        f"Snapback: experiment {_NAME} is {_STATUS}; its targets are put back from outside "
        f"({_EXECUTION})",
        {"status": ["ABORTED", "TIMED_OUT"]},
    ),
}
RESTORE: Mapping[str, Notice] = {
    "Started": Notice(
        f"Snapback: restore from outside started: {_INPUT} ({_EXECUTION})",
        {"status": ["RUNNING"]},
    ),
    "Failed": Notice(
        f"Snapback: restore from outside failed: {_WHY} ({_EXECUTION})",
        {"status": ["FAILED"]},
    ),
    "Interrupted": Notice(
        f"Snapback: restore from outside is {_STATUS}; the sweeper starts another one "
        f"({_EXECUTION})",
        {"status": ["ABORTED", "TIMED_OUT"]},
    ),
}
ABANDON: Mapping[str, Notice] = {
    "Ended": Notice(
        f"Snapback: a target was abandoned: {_INPUT} ({_EXECUTION})",
        {"status": ["SUCCEEDED"]},
    ),
}


class Notifications(Construct):
    """A rule for each notice."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        experiment: sfn.StateMachine,
        restore: sfn.StateMachine,
        abandon: sfn.StateMachine,
        dead_letters: sqs.Queue,
        topic: sns.Topic,
    ) -> None:
        """Create the rules."""
        super().__init__(scope, construct_id)
        self._topic = topic
        for name, notice in EXPERIMENT.items():
            self._rule(f"Experiment{name}", experiment, notice, dead_letters)
        for name, notice in RESTORE.items():
            self._rule(f"Restore{name}", restore, notice, dead_letters)
        for name, notice in ABANDON.items():
            self._rule(f"Abandon{name}", abandon, notice, dead_letters)

    def _rule(
        self, name: str, machine: sfn.StateMachine, notice: Notice, dead_letters: sqs.Queue
    ) -> None:
        detail = {**notice.detail, "stateMachineArn": [machine.state_machine_arn]}
        events.Rule(
            self,
            name,
            description=f"Snapback: notify {name}",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail=detail,
            ),
            targets=[
                targets.SnsTopic(
                    self._topic,
                    dead_letter_queue=dead_letters,
                    message=events.RuleTargetInput.from_text(notice.text),
                )
            ],
        )
