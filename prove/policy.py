"""The smallest IAM policy with which the kit runs; pure.

What stacks are made of is created by CloudFormation with the caller's rights; the rest is what the kit
itself calls. A test holds the first against the templates, and another the second against a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prove.names import PREFIX

ANY = ("*",)


def _own(*patterns: str) -> tuple[str, ...]:
    return tuple(f"arn:aws:{each.replace('{own}', PREFIX)}" for each in patterns)


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions of one service, on what they are permitted."""

    service: str
    actions: tuple[str, ...]
    on: tuple[str, ...] = ANY

    def statement(self) -> dict[str, Any]:
        """As a statement of a policy."""
        return {
            "Effect": "Allow",
            "Action": [f"{self.service}:{each}" for each in self.actions],
            "Resource": list(self.on),
        }


_TAGS = ("TagResource", "UntagResource", "ListTagsForResource")

OF_THE_KIT = (
    Grant("sts", ("GetCallerIdentity",)),
    Grant(
        "cloudformation",
        ("CreateStack", "UpdateStack", "DeleteStack", "DescribeStackEvents", "ListStackResources",
         "GetTemplate"),
        _own("cloudformation:*:*:stack/{own}*"),
    ),
    Grant("cloudformation", ("DescribeStacks",)),
    Grant(
        "s3",
        ("CreateBucket", "DeleteBucket", "PutBucketTagging", "PutObject", "GetObject",
         "ListBucketVersions", "DeleteObject", "DeleteObjectVersion", "GetBucketLocation"),
        ("arn:aws:s3:::snapbackproof*", "arn:aws:s3:::snapback-proof-of-nothing*"),
    ),
    Grant("s3", ("ListAllMyBuckets",)),
    Grant(
        "lambda",
        ("CreateEventSourceMapping", "UpdateEventSourceMapping", "DeleteEventSourceMapping",
         "GetEventSourceMapping", "ListEventSourceMappings", "ListTags", "TagResource",
         "GetAccountSettings"),
    ),
    Grant("lambda", ("GetFunctionConfiguration",), _own("lambda:*:*:function:{own}*")),
    Grant(
        "states",
        ("StartExecution", "StopExecution", "DescribeExecution", "GetExecutionHistory",
         "ListExecutions", "RedriveExecution"),
    ),
    Grant("dynamodb", ("Query", "Scan", "PutItem", "DeleteItem"), _own("dynamodb:*:*:table/{own}*")),
    Grant("sqs", ("SendMessage", "ReceiveMessage", "DeleteMessage"), _own("sqs:*:*:{own}*")),
    Grant("kinesis", ("PutRecord", "ListShards"), _own("kinesis:*:*:stream/{own}*")),
    Grant("cloudwatch", ("GetMetricData",)),
    Grant("logs", ("FilterLogEvents", "DeleteLogGroup"), _own("logs:*:*:log-group:*{own}*")),
    Grant("logs", ("DescribeLogGroups",)),
    Grant("events", ("ListRuleNamesByTarget",)),
    Grant("events", ("DisableRule", "EnableRule"), _own("events:*:*:rule/{own}*")),
    Grant("iam", ("SimulatePrincipalPolicy",), _own("iam::*:role/{own}*")),
    Grant("sts", ("AssumeRole",), _own("iam::*:role/{own}*")),
    Grant("kms", ("Decrypt", "DescribeKey", "GenerateDataKey")),
    Grant("ec2", ("DescribeSubnets", "DescribeSecurityGroups")),
    Grant("rds", ("DescribeDBClusters",)),
    Grant("kafka", ("DescribeClusterV2",)),
    Grant("mq", ("DescribeBroker",)),
    Grant("tag", ("GetResources",)),
)  # fmt: skip
"""What the kit itself calls."""

_EC2 = Grant(
    "ec2",
    ("CreateVpc", "DeleteVpc", "DescribeVpcs", "DescribeVpcAttribute", "ModifyVpcAttribute",
     "CreateSubnet", "DeleteSubnet", "CreateRouteTable", "DeleteRouteTable", "DescribeRouteTables",
     "AssociateRouteTable", "DisassociateRouteTable", "CreateSecurityGroup", "DeleteSecurityGroup",
     "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress", "AuthorizeSecurityGroupEgress",
     "RevokeSecurityGroupEgress", "CreateVpcEndpoint", "DeleteVpcEndpoints",
     "DescribeVpcEndpoints", "DescribeAvailabilityZones", "CreateTags", "DescribeNetworkInterfaces"),
)  # fmt: skip
_ROLE = Grant(
    "iam",
    ("CreateRole", "DeleteRole", "GetRole", "PassRole", "PutRolePolicy", "DeleteRolePolicy",
     "GetRolePolicy", "AttachRolePolicy", "DetachRolePolicy", "TagRole", "UntagRole",
     "ListRolePolicies", "ListAttachedRolePolicies"),
    _own("iam::*:role/{own}*"),
)  # fmt: skip
_BUCKET = Grant(
    "s3",
    ("PutEncryptionConfiguration", "PutBucketPublicAccessBlock", "PutBucketVersioning",
     "PutLifecycleConfiguration", "PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy"),
    ("arn:aws:s3:::snapbackproof*",),
)  # fmt: skip
_QUEUE = Grant(
    "sqs",
    ("CreateQueue", "DeleteQueue", "GetQueueAttributes", "SetQueueAttributes", "TagQueue",
     "ListQueueTags", "AddPermission", "RemovePermission"),
    _own("sqs:*:*:{own}*"),
)  # fmt: skip
_TOPIC = Grant(
    "sns",
    ("CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes", "Subscribe",
     "Unsubscribe", "GetSubscriptionAttributes", "ListSubscriptionsByTopic",
     "ListTagsForResource", "TagResource", "GetDataProtectionPolicy"),
    _own("sns:*:*:{own}*"),
)  # fmt: skip
_FUNCTION = Grant(
    "lambda",
    ("CreateFunction", "DeleteFunction", "GetFunction", "UpdateFunctionConfiguration",
     "UpdateFunctionCode", "AddPermission", "RemovePermission", "GetPolicy", "InvokeFunction",
     "PutFunctionConcurrency", "DeleteFunctionConcurrency", "GetFunctionCodeSigningConfig",
     "GetRuntimeManagementConfig", "GetFunctionRecursionConfig"),
    _own("lambda:*:*:function:{own}*"),
)  # fmt: skip

BY_TYPE: Mapping[str, Grant | None] = {
    "AWS::AmazonMQ::Broker": Grant(
        "mq", ("CreateBroker", "DeleteBroker", "CreateTags", "ListTags", "RebootBroker")
    ),
    "AWS::CloudWatch::Alarm": Grant(
        "cloudwatch",
        ("PutMetricAlarm", "DeleteAlarms", "DescribeAlarms", *_TAGS),
        _own("cloudwatch:*:*:alarm:{own}*"),
    ),
    "AWS::CloudWatch::Dashboard": Grant(
        "cloudwatch", ("PutDashboard", "GetDashboard", "DeleteDashboards")
    ),
    "AWS::DocDB::DBCluster": Grant(
        "rds",
        ("CreateDBCluster", "DeleteDBCluster", "CreateDBInstance", "DeleteDBInstance",
         "DescribeDBInstances", "CreateDBSubnetGroup", "DeleteDBSubnetGroup",
         "DescribeDBSubnetGroups", "AddTagsToResource", "ListTagsForResource"),
    ),
    "AWS::DocDB::DBInstance": None,
    "AWS::DocDB::DBSubnetGroup": None,
    "AWS::DynamoDB::Table": Grant(
        "dynamodb",
        ("CreateTable", "DeleteTable", "DescribeTable", "UpdateTable", "TagResource",
         "ListTagsOfResource", "UpdateTimeToLive", "DescribeTimeToLive",
         "UpdateContinuousBackups", "DescribeContinuousBackups",
         "DescribeContributorInsights", "DescribeKinesisStreamingDestination",
         "GetResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy"),
        _own("dynamodb:*:*:table/{own}*"),
    ),
    "AWS::EC2::RouteTable": _EC2,
    "AWS::EC2::SecurityGroup": _EC2,
    "AWS::EC2::SecurityGroupIngress": _EC2,
    "AWS::EC2::Subnet": _EC2,
    "AWS::EC2::SubnetRouteTableAssociation": _EC2,
    "AWS::EC2::VPC": _EC2,
    "AWS::EC2::VPCEndpoint": _EC2,
    "AWS::Events::Rule": Grant(
        "events",
        ("PutRule", "DeleteRule", "DescribeRule", "PutTargets", "RemoveTargets",
         "ListTargetsByRule", "TagResource", "ListTagsForResource"),
        _own("events:*:*:rule/{own}*"),
    ),
    "AWS::IAM::ManagedPolicy": Grant(
        "iam",
        ("CreatePolicy", "DeletePolicy", "GetPolicy", "GetPolicyVersion", "CreatePolicyVersion",
         "DeletePolicyVersion", "ListPolicyVersions"),
        _own("iam::*:policy/{own}*"),
    ),
    "AWS::IAM::Policy": _ROLE,
    "AWS::IAM::Role": _ROLE,
    "AWS::Kinesis::Stream": Grant(
        "kinesis",
        ("CreateStream", "DeleteStream", "DescribeStreamSummary", "AddTagsToStream",
         "ListTagsForStream", "StartStreamEncryption", "IncreaseStreamRetentionPeriod",
         "TagResource", "ListTagsForResource"),
        _own("kinesis:*:*:stream/{own}*"),
    ),
    "AWS::KMS::Key": Grant(
        "kms",
        ("CreateKey", "DescribeKey", "EnableKeyRotation", "GetKeyPolicy", "PutKeyPolicy",
         "GetKeyRotationStatus", "ScheduleKeyDeletion", "TagResource", "ListResourceTags"),
    ),
    "AWS::Lambda::EventSourceMapping": None,
    "AWS::Lambda::Function": _FUNCTION,
    "AWS::Lambda::Permission": _FUNCTION,
    "AWS::Logs::LogGroup": Grant(
        "logs",
        ("CreateLogGroup", "PutRetentionPolicy", "TagResource", "ListTagsForResource",
         "CreateLogDelivery", "DeleteLogDelivery", "GetLogDelivery", "ListLogDeliveries",
         "UpdateLogDelivery", "PutResourcePolicy", "DescribeResourcePolicies",
         "DescribeIndexPolicies"),
    ),
    "AWS::MSK::ServerlessCluster": Grant(
        "kafka", ("CreateClusterV2", "DeleteCluster", "TagResource", "ListTagsForResource")
    ),
    "AWS::S3::Bucket": _BUCKET,
    "AWS::S3::BucketPolicy": _BUCKET,
    "AWS::SNS::Subscription": _TOPIC,
    "AWS::SNS::Topic": _TOPIC,
    "AWS::SNS::TopicPolicy": _TOPIC,
    "AWS::SQS::Queue": _QUEUE,
    "AWS::SQS::QueuePolicy": _QUEUE,
    "AWS::SSM::Parameter": Grant(
        "ssm",
        ("PutParameter", "DeleteParameter", "GetParameters", "AddTagsToResource",
         "ListTagsForResource"),
        _own("ssm:*:*:parameter/{own}*"),
    ),
    "AWS::SecretsManager::Secret": Grant(
        "secretsmanager",
        ("CreateSecret", "DeleteSecret", "DescribeSecret", "GetRandomPassword", "GetSecretValue",
         "TagResource"),
    ),
    "AWS::StepFunctions::StateMachine": Grant(
        "states",
        ("CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine",
         "DescribeStateMachine", "TagResource", "ListTagsForResource",
         "ListStateMachineVersions"),
    ),
    "Custom::SnapbackGuard": None,
}  # fmt: skip
"""What CloudFormation calls for a type of resource; None where another row has it already."""


def policy(types: Iterable[str]) -> dict[str, Any]:
    """The policy document of a run whose stacks have these types of resources."""
    grants = [*OF_THE_KIT]
    for each in sorted(types):
        grant = BY_TYPE[each]
        if grant is not None and grant not in grants:
            grants.append(grant)
    return {"Version": "2012-10-17", "Statement": [each.statement() for each in grants]}


_PREFIX = {
    "stepfunctions": "states", "docdb": "rds", "resourcegroupstaggingapi": "tag",
}  # fmt: skip
_ACTIONS = {
    "ListObjectVersions": ("ListBucketVersions",),
    "DeleteObjects": ("DeleteObject", "DeleteObjectVersion"),
    "ListBuckets": ("ListAllMyBuckets",),
}


def actions_of(service: str, operation: str) -> tuple[str, ...]:
    """The IAM actions that a call of botocore needs."""
    prefix = _PREFIX.get(service, service)
    return tuple(f"{prefix}:{each}" for each in _ACTIONS.get(operation, (operation,)))
