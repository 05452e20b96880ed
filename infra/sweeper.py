"""The sweeper's clock."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct


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
