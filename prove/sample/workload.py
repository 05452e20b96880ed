"""The workload as a CDK stack; its mappings are made beside it, but for the one that it owns."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lab.sample.parts import VISIBILITY_SECONDS, consumer, table
from prove.sample.machines import Machines
from prove.sample.parts import DEAF, FAILING, target, tell
from prove.sample.watching import Watching

SHARDS = 2
CHANGES = (
    "lambda:CreateEventSourceMapping", "lambda:UpdateEventSourceMapping",
    "lambda:DeleteEventSourceMapping",
)  # fmt: skip


class WorkloadStack(cdk.Stack):
    """Functions, one for each purpose, and their sources."""

    def __init__(self, scope: Construct, construct_id: str, *, crowd: int, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self._consumer()
        self._crowd(crowd)
        self._managed()
        self._encrypted()
        Machines(self, "Machines")
        Watching(self, "Watching")

    def _consumer(self) -> None:
        """Functions that count what they handle, one of them a table's alone, and one that fails.

        A second stream of a function would hide how far it has read: there is one iterator age.
        """
        handled = table(self, "Handled", "source", "number")
        source = table(self, "Source", "number", stream=True)
        queue, fifo = self._queue("Queue"), self._queue("Fifo", fifo=True)
        stream = kinesis.Stream(
            self,
            "Stream",
            shard_count=SHARDS,
            stream_mode=kinesis.StreamMode.PROVISIONED,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        letters = self._queue("Letters")
        function = consumer(self, "Consumer", handled)
        changes = consumer(self, "Changes", handled)
        failing = target(self, "Failing", FAILING)
        for each in (queue, fifo):
            each.grant_consume_messages(function)
        stream.grant_read(function)
        source.grant_stream_read(changes)
        stream.grant_read(failing)
        letters.grant_send_messages(failing)
        tell(
            self,
            ConsumerName=function.function_name,
            ChangesName=changes.function_name,
            FailingName=failing.function_name,
            QueueUrl=queue.queue_url,
            QueueArn=queue.queue_arn,
            FifoUrl=fifo.queue_url,
            FifoArn=fifo.queue_arn,
            StreamName=stream.stream_name,
            StreamArn=stream.stream_arn,
            SourceName=source.table_name,
            SourceStreamArn=str(source.table_stream_arn),
            HandledName=handled.table_name,
            LettersUrl=letters.queue_url,
            LettersArn=letters.queue_arn,
        )

    def _crowd(self, queues: int) -> None:
        """A function with many queues, and a role that may change its mappings and no others.

        Such as those of a function that no experiment touches.
        """
        function = target(self, "Crowd", DEAF)
        made = [self._queue(f"Crowd{number:02}") for number in range(queues)]
        spare, bystanders = self._queue("Spare"), self._queue("BystanderQueue")
        for each in (*made, spare):
            each.grant_consume_messages(function)
        bystander = target(self, "Bystander", DEAF)
        for each in (bystanders, spare):
            each.grant_consume_messages(bystander)
        role = iam.Role(self, "Probe", assumed_by=iam.AccountRootPrincipal())
        role.add_to_policy(
            iam.PolicyStatement(
                actions=list(CHANGES),
                resources=["*"],
                conditions={"ArnLike": {"lambda:FunctionArn": function.function_arn}},
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:GetEventSourceMapping"], resources=["*"])
        )
        tell(
            self,
            CrowdName=function.function_name,
            CrowdArn=function.function_arn,
            CrowdQueueArns=cdk.Fn.join(",", [each.queue_arn for each in made]),
            SpareQueueArn=spare.queue_arn,
            BystanderName=bystander.function_name,
            BystanderQueueArn=bystanders.queue_arn,
            ProbeRoleArn=role.role_arn,
        )

    def _managed(self) -> None:
        """A mapping that the stack owns; its batch size is a parameter, so that it can be updated."""
        size = cdk.CfnParameter(self, "BatchSize", type="Number", default=5)
        function, queue = target(self, "Managed", DEAF), self._queue("ManagedQueue")
        queue.grant_consume_messages(function)
        mapping = lambda_.CfnEventSourceMapping(
            self,
            "Owned",
            function_name=function.function_name,
            event_source_arn=queue.queue_arn,
            batch_size=size.value_as_number,
        )
        mapping.node.add_dependency(function.role or function)
        tell(self, ManagedName=function.function_name, OwnedUuid=mapping.ref)

    def _encrypted(self) -> None:
        """A function, its queue, and a key for the filters of the mapping between them."""
        function, queue = target(self, "Encrypted", DEAF), self._queue("EncryptedQueue")
        queue.grant_consume_messages(function)
        key = kms.Key(self, "FiltersKey", removal_policy=cdk.RemovalPolicy.DESTROY)
        key.grant_decrypt(iam.ServicePrincipal("lambda.amazonaws.com"))
        tell(
            self,
            EncryptedName=function.function_name,
            EncryptedQueueArn=queue.queue_arn,
            FiltersKeyArn=key.key_arn,
        )

    def _queue(self, name: str, *, fifo: bool = False) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            fifo=True if fifo else None,
            visibility_timeout=cdk.Duration.seconds(VISIBILITY_SECONDS),
        )
