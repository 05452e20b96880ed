"""The topic of notifications; subscribe people or a pager to it."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.wiring import Wiring

PUBLISHERS = ("events.amazonaws.com", "cloudwatch.amazonaws.com")


class Topic(Construct):
    """An encrypted topic."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the topic and its key."""
        super().__init__(scope, construct_id)
        key = self._key()
        self.topic = sns.Topic(
            self,
            "Topic",
            display_name=Stack.of(self).stack_name,
            master_key=key,
            enforce_ssl=True,
        )
        for publisher in PUBLISHERS:
            self.topic.grant_publish(iam.ServicePrincipal(publisher))
        self.wiring = Wiring(
            {"notifications": (self.topic.topic_arn,), "notifications key": (key.key_arn,)},
            {"REPORT_TOPIC_ARN": self.topic.topic_arn},
        )

    def _key(self) -> kms.Key:
        """A key of its own: no service may publish under the key that AWS manages for SNS.

        EventBridge knows no condition on the source in such a key's policy.
        """
        key = kms.Key(
            self,
            "Key",
            description="Snapback: encrypts notifications",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        for publisher in PUBLISHERS:
            key.grant(iam.ServicePrincipal(publisher), "kms:Decrypt", "kms:GenerateDataKey*")
        return key
