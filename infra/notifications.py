"""Notifications: a function tells people of each thing that happens to an experiment.

A rule cannot: EventBridge escapes nothing that it puts into a text, and a cause has quotation marks
and line breaks.
"""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

NOT_A_SUCCESS = ["RUNNING", "FAILED", "ABORTED", "TIMED_OUT"]


class Notifications(Construct):
    """A rule for each machine; a restore that succeeded has told of itself with its report."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        experiment: sfn.StateMachine,
        restore: sfn.StateMachine,
        notify: lambda_.Function,
        abandon: sfn.StateMachine,
        dead_letters: sqs.Queue,
    ) -> None:
        """Create the rules."""
        super().__init__(scope, construct_id)
        target = targets.LambdaFunction(notify, dead_letter_queue=dead_letters)
        self._rule("Experiment", experiment, [*NOT_A_SUCCESS, "SUCCEEDED"], target)
        self._rule("Restore", restore, NOT_A_SUCCESS, target)
        self._rule("Abandon", abandon, ["SUCCEEDED"], target)

    def _rule(
        self,
        name: str,
        machine: sfn.StateMachine,
        statuses: list[str],
        target: targets.LambdaFunction,
    ) -> None:
        events.Rule(
            self,
            name,
            description=f"Snapback: tell of changes of the {name.lower()} state machine",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"status": statuses, "stateMachineArn": [machine.state_machine_arn]},
            ),
            targets=[target],
        )
