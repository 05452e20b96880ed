"""The table of experiments, targets, locks and samples."""

from typing import cast

from aws_cdk import Aws, CfnElement, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.settings import Settings
from infra.wiring import Wiring

OPEN_INDEX = "open"
WRITES = (
    "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem",
    "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete",
)  # fmt: skip
"""Every action by which items are written, also in a transaction."""


class Table(Construct):
    """Kept when the stack is removed, unless it is disposable: it may hold the only copy of a mapping."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        """Create the table, under a key of the customer's if one is given, and its sparse index."""
        super().__init__(scope, construct_id)
        key_arn = settings.table_key_arn
        key = kms.Key.from_key_arn(self, "Key", key_arn) if key_arn else None
        managed, own = (
            dynamodb.TableEncryption.AWS_MANAGED,
            dynamodb.TableEncryption.CUSTOMER_MANAGED,
        )
        self.table = dynamodb.Table(
            self,
            "Experiments",
            partition_key=_attribute("pk", dynamodb.AttributeType.STRING),
            sort_key=_attribute("sk", dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=own if key else managed,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires_at",
            deletion_protection=not settings.disposable,
            removal_policy=settings.removal_policy,
            resource_policy=_only_written_by(settings.stack_name),
        )
        self.table.add_global_secondary_index(
            index_name=OPEN_INDEX,
            partition_key=_attribute("open", dynamodb.AttributeType.STRING),
            sort_key=_attribute("deadline", dynamodb.AttributeType.NUMBER),
            projection_type=dynamodb.ProjectionType.ALL,
        )
        self.wiring = Wiring(
            {
                "table": (self.table.table_arn,),
                "tables": (_all_versions(self.table),),
                "index": (f"{self.table.table_arn}/index/{OPEN_INDEX}",),
                "table key": (key_arn,),
            },
            {"TABLE_NAME": self.table.table_name},
        )


def _all_versions(table: dynamodb.Table) -> str:
    """The ARN pattern of the table as CloudFormation names it, now and in place of an older one."""
    stack = Stack.of(table)
    logical_id = stack.get_logical_id(cast("CfnElement", table.node.default_child))
    name = f"{stack.stack_name}-{logical_id}-*"
    return stack.format_arn(service="dynamodb", resource="table", resource_name=name)


def _only_written_by(stack_name: str) -> iam.PolicyDocument:
    """Nobody else writes to the table, whatever their own policies allow.

    The roles are named by a pattern, because their policies name the table. The table itself is
    `*`, because its policy is a part of it. Nothing is denied that CloudFormation or an
    administrator needs, so nobody is locked out.
    """
    own = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:role/{stack_name}-*"
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                sid="OnlySnapbackWrites",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=[f"dynamodb:{each}" for each in WRITES],
                resources=["*"],
                conditions={"ArnNotLike": {"aws:PrincipalArn": own}},
            )
        ]
    )


def _attribute(name: str, kind: dynamodb.AttributeType) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=kind)
