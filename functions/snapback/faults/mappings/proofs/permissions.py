"""What IAM has to permit for the proofs, beside reading mappings."""

from snapback.protocol.permissions import ANYTHING, Kind, may
from snapback.workload.permissions import FUNCTION, QUEUE, READS_METRICS, READS_QUEUES

STREAM = Kind("stream", "arn:{partition}:kinesis:*:{account}:stream/*")
TABLE_STREAM = Kind("table stream", "arn:{partition}:dynamodb:*:{account}:table/*/stream/*")
KAFKA_CLUSTER = Kind("Kafka cluster", "arn:{partition}:kafka:*:{account}:cluster/*")
KAFKA_CONNECTION = Kind("Kafka connection", "arn:{partition}:kafka:*:{account}:vpc-connection/*")
BROKER = Kind("broker", "arn:{partition}:mq:*:{account}:broker:*")
DOCUMENT_CLUSTER = Kind("document cluster", "arn:{partition}:rds:*:{account}:cluster:*")
TOPIC = Kind("topic", "arn:{partition}:sns:*:{account}:*")
BUCKET = Kind("bucket", "arn:{partition}:s3:::*")
SECRET = Kind("secret", "arn:{partition}:secretsmanager:*:{account}:secret:*")
STACK = Kind("stack", "arn:{partition}:cloudformation:*:{account}:stack/*")
ROLE = Kind("role", "arn:{partition}:iam::{account}:role/*")
KEY = Kind("key", "arn:{partition}:kms:*:{account}:key/*")

PROVES = (
    may(
        "lambda:GetFunction",
        on=FUNCTION,
        because="Proves that the version or alias that a mapping feeds is there and at rest.",
    ),
    READS_QUEUES,
    may(
        "sqs:ListQueueTags",
        on=QUEUE,
        because="Sees whether a queue that an expectation names has opted in, where it is not one of "
        "the mappings or their function.",
    ),
    READS_METRICS,
    may(
        "kinesis:DescribeStreamSummary",
        "kinesis:DescribeStreamConsumer",
        on=STREAM,
        because="Proves that the stream is there and keeps its records long enough.",
    ),
    may(
        "dynamodb:DescribeStream",
        on=TABLE_STREAM,
        because="Proves that the table's stream is there.",
    ),
    may(
        "kafka:DescribeClusterV2",
        on=KAFKA_CLUSTER,
        because="Proves that the Amazon MSK cluster is there.",
    ),
    may(
        "kafka:DescribeVpcConnection",
        on=KAFKA_CONNECTION,
        because="Proves that the connection to another account's Amazon MSK cluster is there.",
    ),
    may(
        "mq:DescribeBroker",
        on=BROKER,
        because="Proves that the Amazon MQ broker is there.",
    ),
    may(
        "rds:DescribeDBClusters",
        on=DOCUMENT_CLUSTER,
        because="Proves that the Amazon DocumentDB cluster is there; its actions have the prefix "
        "of Amazon RDS.",
    ),
    may(
        "ec2:DescribeSubnets",
        "ec2:DescribeSecurityGroups",
        on=ANYTHING,
        because="Proves that the network of self-managed Kafka is there. EC2 has no resource "
        "level for what it describes.",
    ),
    may(
        "sns:GetTopicAttributes",
        on=TOPIC,
        because="Proves that the on-failure destination is there.",
    ),
    may(
        "s3:GetBucketLocation",
        on=BUCKET,
        because="Proves the same of a bucket; never lists or reads what is in it.",
    ),
    may(
        "secretsmanager:DescribeSecret",
        on=SECRET,
        because="Proves that the source's secret is there; never reads it.",
    ),
    may(
        "kms:DescribeKey",
        on=KEY,
        because="Proves that the keys of the filter criteria and of the source are enabled.",
    ),
    may(
        "cloudformation:DescribeStackResources",
        "cloudformation:ListStacks",
        on=ANYTHING,
        because="Finds the stack that owns a mapping, by the mapping's UUID alone; of many mappings, "
        "in the list of all stacks.",
    ),
    may(
        "cloudformation:DescribeStacks",
        "cloudformation:ListStackResources",
        on=STACK,
        because="Sees which mappings a stack owns, and whether it is being changed right now.",
    ),
    may(
        "iam:SimulatePrincipalPolicy",
        on=ROLE,
        because="Proves that the function's role may still read the source, and that the role of "
        "RestoreTargets, or the one assumed, may make the mapping again.",
    ),
)
