"""The parts of a workload that experiments may break: functions that opt in, and tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

FUNCTION_SECONDS = 10
VISIBILITY_SECONDS = 6 * FUNCTION_SECONDS
_CONSUMER = Path(__file__).parent / "consumer"
_OPT_IN_TAG = ("snapback:allowed", "true")


def function(
    scope: Construct,
    name: str,
    handler: str,
    code: lambda_.Code,
    environment: Mapping[str, str] | None = None,
) -> lambda_.Function:
    """A function that opts in to experiments."""
    made = lambda_.Function(
        scope,
        name,
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.ARM_64,
        handler=handler,
        code=code,
        timeout=cdk.Duration.seconds(FUNCTION_SECONDS),
        environment=environment,
    )
    cdk.Tags.of(made).add(*_OPT_IN_TAG)
    return made


def consumer(scope: Construct, name: str, handled: dynamodb.Table) -> lambda_.Function:
    """The function that counts in a table how often it handled every numbered record."""
    code = lambda_.Code.from_asset(str(_CONSUMER))
    environment = {"HANDLED_TABLE": handled.table_name}
    made = function(scope, name, "consumer.handler", code, environment)
    handled.grant_write_data(made)
    return made


def table(
    scope: Construct, name: str, partition: str, sort: str = "", *, stream: bool = False
) -> dynamodb.Table:
    """A table with `source` or `number` as a key, which goes with its stack."""
    kinds = {"number": dynamodb.AttributeType.NUMBER, "source": dynamodb.AttributeType.STRING}
    return dynamodb.Table(
        scope,
        name,
        partition_key=dynamodb.Attribute(name=partition, type=kinds[partition]),
        sort_key=dynamodb.Attribute(name=sort, type=kinds[sort]) if sort else None,
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        removal_policy=cdk.RemovalPolicy.DESTROY,
        stream=dynamodb.StreamViewType.NEW_IMAGE if stream else None,
    )
