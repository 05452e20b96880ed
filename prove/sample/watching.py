"""Queues that receive what happens: every change of status, and every notification."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from prove.sample.parts import tell


class Watching(Construct):
    """A queue of events and one of notifications; the stack is told of Snapback's machine and topic."""

    def __init__(self, scope: cdk.Stack, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        machine = cdk.CfnParameter(scope, "ExperimentMachineArn")
        topic = cdk.CfnParameter(scope, "TopicArn")
        statuses, notices = sqs.Queue(self, "Statuses"), sqs.Queue(self, "Notices")
        events.Rule(
            self,
            "StatusRule",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"stateMachineArn": [machine.value_as_string]},
            ),
            targets=[targets.SqsQueue(statuses)],
        )
        told = sns.Topic.from_topic_arn(self, "Topic", topic.value_as_string)
        told.add_subscription(subscriptions.SqsSubscription(notices))
        tell(scope, StatusesUrl=statuses.queue_url, NoticesUrl=notices.queue_url)
