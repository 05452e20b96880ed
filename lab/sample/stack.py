"""The sample workload as a CDK stack: three sources and one consumer; see `mappings` for the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

CONSUMER = Path(__file__).parent / "consumer"
FUNCTION_SECONDS = 10
VISIBILITY_SECONDS = 6 * FUNCTION_SECONDS
OPT_IN_TAG = ("snapback:allowed", "true")


class SampleStack(cdk.Stack):
    """Everything of the sample; names are chosen by CloudFormation and found in the outputs."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        handled = self._table("Handled", partition="source", sort="number")
        source = self._table("Source", partition="number", stream=True)
        queue = sqs.Queue(
            self, "Queue", visibility_timeout=cdk.Duration.seconds(VISIBILITY_SECONDS)
        )
        stream = kinesis.Stream(self, "Stream", shard_count=1)
        consumer = self._consumer(handled)
        queue.grant_consume_messages(consumer)
        stream.grant_read(consumer)
        source.grant_stream_read(consumer)
        outputs = {
            "FunctionName": consumer.function_name,
            "QueueUrl": queue.queue_url,
            "QueueArn": queue.queue_arn,
            "StreamName": stream.stream_name,
            "StreamArn": stream.stream_arn,
            "SourceTableName": source.table_name,
            "SourceTableStreamArn": source.table_stream_arn,
            "HandledTableName": handled.table_name,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=str(value))

    def _table(
        self, name: str, *, partition: str, sort: str | None = None, stream: bool = False
    ) -> dynamodb.Table:
        kinds = {"number": dynamodb.AttributeType.NUMBER, "source": dynamodb.AttributeType.STRING}
        return dynamodb.Table(
            self,
            name,
            partition_key=dynamodb.Attribute(name=partition, type=kinds[partition]),
            sort_key=dynamodb.Attribute(name=sort, type=kinds[sort]) if sort else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            stream=dynamodb.StreamViewType.NEW_IMAGE if stream else None,
        )

    def _consumer(self, handled: dynamodb.Table) -> lambda_.Function:
        consumer = lambda_.Function(
            self,
            "Consumer",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler="consumer.handler",
            code=lambda_.Code.from_asset(str(CONSUMER)),
            timeout=cdk.Duration.seconds(FUNCTION_SECONDS),
            environment={"HANDLED_TABLE": handled.table_name},
        )
        handled.grant_write_data(consumer)
        cdk.Tags.of(consumer).add(*OPT_IN_TAG)
        return consumer
