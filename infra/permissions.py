"""Everything Snapback may do: the one table that roles and docs/permissions.md are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

RESOURCES: Mapping[str, str] = {
    "table": "the experiments table",
    "kill switch": "the parameter that stops everything",
    "index": "its index of open experiments",
    "function": "arn:{partition}:lambda:*:{account}:function:{targets}",
    "mapping": "arn:{partition}:lambda:*:{account}:event-source-mapping:*",
    "queue": "arn:{partition}:sqs:*:{account}:*",
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
    because="Reads the depth of a source queue.",
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
_CAPTURES = (_LISTS_MAPPINGS, _READS_MAPPINGS, _READS_METRICS, _DECRYPTS_FILTERS)

HANDLERS: Mapping[str, tuple[Statement, ...]] = {
    "validate_experiment": (
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
    ),
    "snapshot_targets": (_KEEPS_RECORDS, _UNLOCKS, *_CAPTURES, _READS_QUEUES),
    "release_targets": (_KEEPS_RECORDS, _UNLOCKS),
    "inject_fault": (
        *_READS_SAFETY_STOPS,
        _KEEPS_RECORDS,
        *_CAPTURES,
        _may(
            "lambda:DeleteEventSourceMapping",
            on="mapping",
            when="of a target",
            because="The fault. IAM sees the mapping's tags and its function's ARN, never its "
            "function's tags: opting in by tag is enforced by validation.",
        ),
    ),
    "observe": (*_READS_SAFETY_STOPS, _KEEPS_RECORDS, _READS_MAPPINGS, _READS_QUEUES),
    "restore_targets": (
        _KEEPS_RECORDS,
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
    ),
    "watch_recovery": (_KEEPS_RECORDS, _READS_MAPPINGS, _READS_QUEUES),
    "verify_targets": (_KEEPS_RECORDS, _READS_MAPPINGS, _DECRYPTS_FILTERS),
    "report": (_KEEPS_RECORDS, _UNLOCKS, _READS_METRICS),
    "fence_experiment": (_KEEPS_RECORDS,),
    "sweep": (
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
            because="Starts the restore of an experiment that is in no good hands.",
        ),
    ),
}
"""Each handler module and what it may do beyond its log and its trace."""
