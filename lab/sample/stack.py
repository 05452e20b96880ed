"""The sample workload as a CDK stack: three sources and one consumer; see `mappings` for the rest."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lab.sample.parts import VISIBILITY_SECONDS, consumer, table


class SampleStack(cdk.Stack):
    """Everything of the sample; names are chosen by CloudFormation and found in the outputs."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        handled = table(self, "Handled", "source", "number")
        source = table(self, "Source", "number", stream=True)
        queue = sqs.Queue(
            self, "Queue", visibility_timeout=cdk.Duration.seconds(VISIBILITY_SECONDS)
        )
        stream = kinesis.Stream(self, "Stream", shard_count=1)
        function = consumer(self, "Consumer", handled)
        queue.grant_consume_messages(function)
        stream.grant_read(function)
        source.grant_stream_read(function)
        outputs = {
            "FunctionName": function.function_name,
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
