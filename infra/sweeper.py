"""The sweeper: what it needs beyond other functions, and its clock."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.state_machines import StateMachine
from infra.wiring import Wiring


def sweeping(experiment: StateMachine, restore: StateMachine) -> Wiring:
    """Both machines' executions, to ask about, and the machine to start."""
    arn = restore.machine.state_machine_arn
    return Wiring(
        {
            "executions": (experiment.executions, restore.executions),
            "restore machine": (arn,),
        },
        {"RESTORE_STATE_MACHINE_ARN": arn},
    )


class SweeperClock(Construct):
    """Calls the sweeper every minute; a call that was missed is made up for by the next."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        sweep: lambda_.Function,
        dead_letters: sqs.Queue,
    ) -> None:
        """Create the rule."""
        super().__init__(scope, construct_id)
        events.Rule(
            self,
            "Rule",
            description="Snapback: look for experiments that nobody will restore",
            schedule=events.Schedule.rate(Duration.minutes(1)),
            targets=[
                targets.LambdaFunction(
                    sweep,
                    dead_letter_queue=dead_letters,
                    max_event_age=Duration.minutes(1),
                    retry_attempts=0,
                )
            ],
        )
