"""The guard of the stack: nothing is removed while an experiment is open."""

from aws_cdk import CustomResource, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

ANSWER_SECONDS = 60
"""How much longer CloudFormation waits for the guard than its function may run."""


class RemovalGuard(Construct):
    """A resource that depends on everything made before it, so that it is removed before them.

    Its function restores and closes every open experiment, and refuses while one is open.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        guard: lambda_.Function,
        table: dynamodb.Table,
        seconds: int,
    ) -> None:
        """Create the resource, the last of its stack."""
        everything = Stack.of(scope).node.children
        super().__init__(scope, construct_id)
        resource = CustomResource(
            self,
            "Resource",
            resource_type="Custom::SnapbackGuard",
            service_token=guard.function_arn,
            service_timeout=Duration.seconds(seconds + ANSWER_SECONDS),
            properties={"TableName": table.table_name},
        )
        resource.node.add_dependency(*everything)
