"""What IAM has to permit so that this package can read."""

from snapback.protocol.permissions import ANYTHING, Kind, may

FUNCTION = Kind("function", "arn:{partition}:lambda:*:{account}:function:{targets}")
QUEUE = Kind("queue", "arn:{partition}:sqs:*:{account}:*")

READS_ALARMS = may(
    "cloudwatch:DescribeAlarms",
    on=ANYTHING,
    because="Looks at the alarms that stop an experiment, and at those that are expected to ring or "
    "not to. CloudWatch shows composite alarms only to a caller who may see all.",
)
READS_METRICS = may(
    "cloudwatch:GetMetricData",
    on=ANYTHING,
    because="Reads how far behind a stream is, and the signals of the run. CloudWatch has no "
    "resource level for metrics.",
)
READS_QUEUES = may(
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    on=QUEUE,
    because="Reads the depth, the time-outs and the retention of a queue.",
)
READS_LETTERS = may(
    "sqs:ReceiveMessage",
    on=QUEUE,
    because="Reads why records were given up, in the on-failure destinations that an experiment "
    "expects something of; never deletes a message. IAM knows the tags of a queue and not whose "
    "destination it is, and an own destination needs no tag: validation refuses every other queue "
    "that is not tagged as opted in.",
)
READS_CONCURRENCY = (
    may(
        "lambda:GetFunctionConcurrency",
        on=FUNCTION,
        because="Says when reserved concurrency caps how fast a backlog drains.",
    ),
    may(
        "lambda:GetAccountSettings",
        on=ANYTHING,
        because="Says when the account's concurrency caps it. IAM has no resource level for an "
        "account's settings.",
    ),
)
