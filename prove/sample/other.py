"""The workload in a second Region: a queue and its function."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lab.sample.parts import VISIBILITY_SECONDS
from prove.sample.parts import DEAF, target, tell


class OtherStack(cdk.Stack):
    """A queue and its function; the mapping is made beside it."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        queue = sqs.Queue(
            self, "Queue", visibility_timeout=cdk.Duration.seconds(VISIBILITY_SECONDS)
        )
        function = target(self, "Function", DEAF)
        queue.grant_consume_messages(function)
        tell(self, FunctionName=function.function_name, QueueArn=queue.queue_arn)
