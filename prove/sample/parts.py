"""What the stacks of the workload have in common."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lab.sample.stack import CONSUMER, FUNCTION_SECONDS, OPT_IN_TAG

DEAF = "def handler(event, context):\n    return {}\n"
FAILING = "def handler(event, context):\n    raise ValueError('it fails on purpose')\n"


def target(scope: Construct, name: str, source: str) -> lambda_.Function:
    """A function with a source text of its own that opts in to experiments."""
    made = lambda_.Function(
        scope,
        name,
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.ARM_64,
        handler="index.handler",
        code=lambda_.Code.from_inline(source),
        timeout=cdk.Duration.seconds(FUNCTION_SECONDS),
    )
    cdk.Tags.of(made).add(*OPT_IN_TAG)
    return made


def consumer(scope: Construct, name: str, handled: dynamodb.Table) -> lambda_.Function:
    """The function of the sample workload, which counts every numbered record in the table."""
    made = lambda_.Function(
        scope,
        name,
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.ARM_64,
        handler="consumer.handler",
        code=lambda_.Code.from_asset(str(CONSUMER)),
        timeout=cdk.Duration.seconds(FUNCTION_SECONDS),
        environment={"HANDLED_TABLE": handled.table_name},
    )
    handled.grant_write_data(made)
    cdk.Tags.of(made).add(*OPT_IN_TAG)
    return made


def tell(stack: cdk.Stack, **outputs: str) -> None:
    """Outputs of a stack."""
    for name, value in outputs.items():
        cdk.CfnOutput(stack, name, value=value)
