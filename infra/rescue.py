"""The rescue: an experiment that ends badly is restored from outside."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

ENDED_BADLY = ["ABORTED", "TIMED_OUT", "FAILED"]


class Rescue(Construct):
    """Starts the restore machine when an experiment is stopped, times out or fails.

    No Catch runs on StopExecution or on a machine's time-out, so the machine cannot do this itself.
    Delivery of these events is best effort: the sweeper is the one that must be right.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        experiment: sfn.StateMachine,
        restore: sfn.StateMachine,
        dead_letters: sqs.Queue,
    ) -> None:
        """Create the rule."""
        super().__init__(scope, construct_id)
        events.Rule(
            self,
            "Rule",
            description="Snapback: restore what an experiment that ended badly has left",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "status": ENDED_BADLY,
                    "stateMachineArn": [experiment.state_machine_arn],
                },
            ),
            targets=[
                targets.SfnStateMachine(
                    restore,
                    dead_letter_queue=dead_letters,
                    input=events.RuleTargetInput.from_object(
                        {
                            "experiment_id": events.EventField.from_path("$.detail.name"),
                            "execution_arn": events.EventField.from_path("$.detail.executionArn"),
                        }
                    ),
                )
            ],
        )
