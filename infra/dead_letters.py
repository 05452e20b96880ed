"""The queue of events that EventBridge could not deliver."""

from aws_cdk import Acknowledgment, Duration, Validations
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class DeadLetters(Construct):
    """One queue for every rule's target; an alarm watches it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the queue."""
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        Validations.of(self.queue).acknowledge(
            Acknowledgment(id="AwsSolutions-SQS3", reason="This is the dead-letter queue.")
        )
