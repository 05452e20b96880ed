"""The topic of notifications; subscribe people or a pager to it."""

from aws_cdk import Aws, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.wiring import Wiring


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
        self.topic.grant_publish(_of_this_account())
        self.wiring = Wiring(
            {"notifications": (self.topic.topic_arn,), "notifications key": (key.key_arn,)},
            {"REPORT_TOPIC_ARN": self.topic.topic_arn},
        )

    def _key(self) -> kms.Key:
        """A key of its own: no alarm may publish under the key that AWS manages for SNS."""
        key = kms.Key(
            self,
            "Key",
            description="Snapback: encrypts notifications",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
        )
        key.grant(_of_this_account(), "kms:Decrypt", "kms:GenerateDataKey*")
        return key


def _of_this_account() -> iam.IPrincipal:
    """CloudWatch, for alarms of this account: without the condition it would act for any."""
    return iam.ServicePrincipal(
        "cloudwatch.amazonaws.com",
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )
