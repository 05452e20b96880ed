"""Everything Snapback may do: the one table that roles and docs/permissions.md are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

RESOURCES: Mapping[str, str] = {
    "table": "the experiments table",
    "tables": "the experiments table with its index, also one that an update replaces",
    "reports": "objects in the bucket of reports",
    "notifications": "the topic of notifications",
    "notifications key": "its key",
    "kill switch": "the parameter that stops everything",
    "index": "its index of open experiments",
    "function": "arn:{partition}:lambda:*:{account}:function:{targets}",
    "mapping": "arn:{partition}:lambda:*:{account}:event-source-mapping:*",
    "queue": "arn:{partition}:sqs:*:{account}:*",
    "stream": "arn:{partition}:kinesis:*:{account}:stream/*",
    "table stream": "arn:{partition}:dynamodb:*:{account}:table/*/stream/*",
    "Kafka cluster": "arn:{partition}:kafka:*:{account}:cluster/*",
    "Kafka connection": "arn:{partition}:kafka:*:{account}:vpc-connection/*",
    "broker": "arn:{partition}:mq:*:{account}:broker:*",
    "document cluster": "arn:{partition}:rds:*:{account}:cluster:*",
    "bucket": "arn:{partition}:s3:::*",
    "topic": "arn:{partition}:sns:*:{account}:*",
    "secret": "arn:{partition}:secretsmanager:*:{account}:secret:*",
    "stack": "arn:{partition}:cloudformation:*:{account}:stack/*",
    "role": "arn:{partition}:iam::{account}:role/*",
    "target role": "arn:{partition}:iam::*:role/SnapbackTarget",
    "key": "arn:{partition}:kms:*:{account}:key/*",
    "executions": "executions of the experiment and the restore state machine",
    "restore machine": "the restore state machine",
    "own logs": "the function's own log group",
    "any": "*",
}
"""Kinds of resource, as narrow as can be known before an experiment names its target.

`{targets}` is the stack's setting `target_functions`, with and without a qualifier.
"""

CONDITIONS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "of a target": {"ArnLikeIfExists": {"lambda:FunctionArn": RESOURCES["function"]}},
    "through Lambda": {"StringLike": {"kms:ViaService": "lambda.*.amazonaws.com"}},
}
"""Conditions by name. A mapping that is gone has no function: without `IfExists` a call on it would
be refused, and look like a missing permission instead of a missing mapping."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Actions on one kind of resource, under a condition or none, and the reason for them."""

    actions: tuple[str, ...]
    resource: str
    reason: str
    condition: str | None = None


def _may(*actions: str, on: str, because: str, when: str | None = None) -> Statement:
    return Statement(actions, on, because, when)


_WRITES_LOGS = _may(
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    on="own logs",
    because="Writes its log.",
)
_TRACES = _may(
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    on="any",
    because="Sends its trace. X-Ray has no resource level.",
)
EVERY_HANDLER = (_WRITES_LOGS, _TRACES)

_KEEPS_RECORDS = _may(
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "dynamodb:ConditionCheckItem",
    on="table",
    because="Reads the experiment's records and moves them on, each write under its condition.",
)
_UNLOCKS = _may(
    "dynamodb:DeleteItem",
    on="table",
    because="Gives back the locks that the experiment owns.",
)
_READS_MAPPINGS = _may(
    "lambda:GetEventSourceMapping",
    "lambda:ListTags",
    on="mapping",
    because="Reads a mapping and its tags; also one of another function, to refuse it by name.",
)
_LISTS_MAPPINGS = _may(
    "lambda:ListEventSourceMappings",
    on="any",
    because="Finds mappings by function and by source. IAM has no resource level for lists.",
)
_READS_QUEUES = _may(
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    on="queue",
    because="Reads the depth, the time-outs and the retention of a queue.",
)
_READS_METRICS = _may(
    "cloudwatch:GetMetricData",
    on="any",
    because="Reads how far behind a stream is, and the signals of the run. CloudWatch has no "
    "resource level for metrics.",
)
_DECRYPTS_FILTERS = _may(
    "kms:Decrypt",
    on="key",
    when="through Lambda",
    because="Lambda shows encrypted filter criteria only to a caller who may decrypt them.",
)
_READS_SAFETY_STOPS = (
    _may(
        "ssm:GetParameter",
        on="kill switch",
        because="Does nothing while the kill switch is engaged.",
    ),
    _may(
        "cloudwatch:DescribeAlarms",
        on="any",
        because="Looks at the alarms that stop an experiment. CloudWatch shows composite alarms "
        "only to a caller who may see all.",
    ),
)
_RESTORES = (
    _LISTS_MAPPINGS,
    _READS_MAPPINGS,
    _may(
        "lambda:CreateEventSourceMapping",
        on="any",
        when="of a target",
        because="Makes the mapping again. IAM has no resource level for its creation; its "
        "condition knows the function's ARN, not its tags.",
    ),
    _may(
        "lambda:UpdateEventSourceMapping",
        on="mapping",
        when="of a target",
        because="Enables the mapping again.",
    ),
    _may(
        "lambda:TagResource",
        on="mapping",
        because="Gives the mapping its tags, in the call that makes it.",
    ),
    _may(
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKey",
        on="key",
        when="through Lambda",
        because="Makes a mapping whose filter criteria are encrypted.",
    ),
)
_ASSUMES = _may(
    "sts:AssumeRole",
    on="target role",
    because="Calls on a target in another account are made with the role of the stack "
    "SnapbackTarget there.",
)
_PROVES = (
    _may(
        "kinesis:DescribeStreamSummary",
        "kinesis:DescribeStreamConsumer",
        on="stream",
        because="Proves that the stream is there and keeps its records long enough.",
    ),
    _may(
        "dynamodb:DescribeStream",
        on="table stream",
        because="Proves that the table's stream is there.",
    ),
    _may(
        "kafka:DescribeClusterV2",
        on="Kafka cluster",
        because="Proves that the Amazon MSK cluster is there.",
    ),
    _may(
        "kafka:DescribeVpcConnection",
        on="Kafka connection",
        because="Proves that the connection to another account's Amazon MSK cluster is there.",
    ),
    _may(
        "mq:DescribeBroker",
        on="broker",
        because="Proves that the Amazon MQ broker is there.",
    ),
    _may(
        "rds:DescribeDBClusters",
        on="document cluster",
        because="Proves that the Amazon DocumentDB cluster is there; its actions have the prefix "
        "of Amazon RDS.",
    ),
    _may(
        "ec2:DescribeSubnets",
        "ec2:DescribeSecurityGroups",
        on="any",
        because="Proves that the network of self-managed Kafka is there. EC2 has no resource "
        "level for what it describes.",
    ),
    _may(
        "sns:GetTopicAttributes",
        on="topic",
        because="Proves that the on-failure destination is there.",
    ),
    _may(
        "s3:GetBucketLocation",
        on="bucket",
        because="Proves the same of a bucket; never lists or reads what is in it.",
    ),
    _may(
        "secretsmanager:DescribeSecret",
        on="secret",
        because="Proves that the source's secret is there; never reads it.",
    ),
    _may(
        "kms:DescribeKey",
        on="key",
        because="Proves that the keys of the filter criteria and of the source are enabled.",
    ),
    _may(
        "cloudformation:DescribeStackResources",
        on="any",
        because="Finds the stack that owns a mapping, by the mapping's UUID alone.",
    ),
    _may(
        "cloudformation:DescribeStacks",
        on="stack",
        because="Sees whether that stack is being changed right now.",
    ),
    _may(
        "iam:SimulatePrincipalPolicy",
        on="role",
        because="Proves that the function's role may still read the source, and that the role of "
        "RestoreTargets, or the one assumed, may make the mapping again.",
    ),
)
_READS_ALARMS = _may(
    "cloudwatch:DescribeAlarms",
    on="any",
    because="Looks at the alarms that are expected to ring, or not to. CloudWatch shows composite "
    "alarms only to a caller who may see all.",
)
_CAPTURES = (_LISTS_MAPPINGS, _READS_MAPPINGS, _READS_METRICS, _DECRYPTS_FILTERS)

HANDLERS: Mapping[str, tuple[Statement, ...]] = {
    "validate_experiment": (
        _ASSUMES,
        *_READS_SAFETY_STOPS,
        _LISTS_MAPPINGS,
        _READS_MAPPINGS,
        _DECRYPTS_FILTERS,
        _may(
            "lambda:GetFunction",
            "lambda:ListTags",
            on="function",
            because="Checks that the target function exists and is tagged as opted in.",
        ),
        _READS_QUEUES,
        _READS_METRICS,
        *_PROVES,
    ),
    "snapshot_targets": (
        _ASSUMES,
        _KEEPS_RECORDS,
        _UNLOCKS,
        *_CAPTURES,
        _READS_QUEUES,
        _READS_ALARMS,
    ),
    "release_targets": (_KEEPS_RECORDS, _UNLOCKS),
    "inject_fault": (
        _ASSUMES,
        *_READS_SAFETY_STOPS,
        _KEEPS_RECORDS,
        *_CAPTURES,
        _may(
            "lambda:DeleteEventSourceMapping",
            "lambda:UpdateEventSourceMapping",
            on="mapping",
            when="of a target",
            because="The fault. IAM sees the mapping's tags and its function's ARN, never its "
            "function's tags: opting in by tag is enforced by validation.",
        ),
    ),
    "observe": (_ASSUMES, *_READS_SAFETY_STOPS, _KEEPS_RECORDS, _READS_MAPPINGS, _READS_QUEUES),
    "restore_targets": (_ASSUMES, _KEEPS_RECORDS, *_RESTORES),
    "watch_recovery": (
        _ASSUMES,
        _KEEPS_RECORDS,
        _READS_MAPPINGS,
        _READS_QUEUES,
        _READS_ALARMS,
        _READS_METRICS,
    ),
    "verify_targets": (_ASSUMES, _KEEPS_RECORDS, _READS_MAPPINGS, _DECRYPTS_FILTERS),
    "report": (
        _ASSUMES,
        _KEEPS_RECORDS,
        _UNLOCKS,
        _READS_METRICS,
        _READS_QUEUES,
        _may(
            "sqs:ReceiveMessage",
            on="queue",
            because="Reads why records were given up, in the on-failure destinations that an "
            "experiment expects something of; never deletes a message.",
        ),
        _may(
            "lambda:GetFunctionConcurrency",
            on="function",
            because="Says when reserved concurrency caps how fast a backlog drains.",
        ),
        _may(
            "lambda:GetAccountSettings",
            on="any",
            because="Says when the account's concurrency caps it. IAM has no resource level for "
            "an account's settings.",
        ),
        _may("s3:PutObject", on="reports", because="Stores the report and its page."),
        _may("sns:Publish", on="notifications", because="Tells of the verdict, with the link."),
        _may(
            "kms:Decrypt",
            "kms:GenerateDataKey",
            on="notifications key",
            because="The topic is encrypted with a key of its own.",
        ),
    ),
    "fence_experiment": (_KEEPS_RECORDS,),
    "sweep": (
        _ASSUMES,
        *_READS_SAFETY_STOPS,
        _KEEPS_RECORDS,
        _may(
            "dynamodb:Query",
            on="index",
            because="Finds the experiments that are open.",
        ),
        _may(
            "states:DescribeExecution",
            on="executions",
            because="Asks whether an experiment has explicitly ended.",
        ),
        _may(
            "states:StartExecution",
            on="restore machine",
            because="Starts the restore of an experiment that nothing else is restoring.",
        ),
    ),
    "guard": (
        _ASSUMES,
        _may(
            *_KEEPS_RECORDS.actions,
            *_UNLOCKS.actions,
            on="tables",
            because="Finds the experiments that are open, moves their records on and gives back "
            "their locks; in the old table when an update replaces it.",
        ),
        _may(
            "ssm:PutParameter",
            on="kill switch",
            because="Engages the kill switch when the stack is removed: nothing starts behind it.",
        ),
        *_RESTORES,
    ),
}
"""Each handler module and what it may do beyond its log and its trace."""
