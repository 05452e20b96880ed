"""A healthy account as the proofs see it; each test breaks one thing in it."""

from typing import Any

from snapback.effects import Answer
from tests.unit.proof_answers import Answers, ok

REGION = "eu-west-1:123456789012"
FUNCTION = f"arn:aws:lambda:{REGION}:function:orders"
ROLE = "arn:aws:iam::123456789012:role/orders"
QUEUE = f"arn:aws:sqs:{REGION}:queue"
STREAM = f"arn:aws:kinesis:{REGION}:stream/stream"
TABLE = f"arn:aws:dynamodb:{REGION}:table/t/stream/2026-01-01T00:00:00.000"
UUID = "11111111-1111-4111-8111-111111111111"
NO_STACK = Answer(code="ValidationError", message="Stack for it does not exist", status=400)
NOW = 1_795_000_000.0  # a Wednesday, 10:26 UTC


def function(**changes: Any) -> dict[str, Any]:
    """A function's configuration."""
    return {
        "FunctionName": "orders",
        "FunctionArn": FUNCTION,
        "Role": ROLE,
        "Timeout": 10,
        "State": "Active",
        "LastUpdateStatus": "Successful",
    } | changes


def mapping(source: str = QUEUE, **changes: Any) -> dict[str, Any]:
    """A mapping as Get answers it; a stream's starts at LATEST."""
    position = {} if ":sqs:" in source else {"StartingPosition": "LATEST"}
    return {
        "UUID": UUID,
        "EventSourceMappingArn": f"arn:aws:lambda:{REGION}:event-source-mapping:{UUID}",
        "EventSourceArn": source,
        "FunctionArn": FUNCTION,
        "State": "Enabled",
        "BatchSize": 10,
        "LastModified": 1_700_000_000.0,
        **position,
        **changes,
    }


def queue(**changes: str) -> Answer:
    """The attributes of a queue."""
    return ok(Attributes={"VisibilityTimeout": "60", "MessageRetentionPeriod": "345600"} | changes)


def stream(hours: int = 24, status: str = "ACTIVE") -> Answer:
    """The summary of a Kinesis stream."""
    return ok(StreamDescriptionSummary={"StreamStatus": status, "RetentionPeriodHours": hours})


def simulated(decision: str) -> Answer:
    """What a simulation of three actions decides of the first."""
    results = [
        {"EvalActionName": "sqs:ReceiveMessage", "EvalDecision": decision},
        {"EvalActionName": "sqs:DeleteMessage", "EvalDecision": "allowed"},
    ]
    return ok(EvaluationResults=results)


def account(*configs: dict[str, Any], **changes: Any) -> Answers:
    """Every answer of a healthy account with these mappings (one of a queue by default)."""
    listed = list(configs) or [mapping()]
    by_uuid = {each["UUID"]: each for each in listed}
    return {
        "GetFunction": ok(Configuration=function(), Tags={"snapback:allowed": "true"}),
        "ListEventSourceMappings": ok(EventSourceMappings=listed),
        "GetEventSourceMapping": lambda call: Answer(body=by_uuid[call.params["UUID"]]),
        "ListTags": ok(Tags={}),
        "GetQueueUrl": ok(QueueUrl="http://queue"),
        "GetQueueAttributes": queue(),
        "DescribeStreamSummary": stream(),
        "DescribeStream": ok(StreamDescription={"StreamStatus": "ENABLED"}),
        "GetTopicAttributes": ok(Attributes={}),
        "DescribeSecret": ok(Name="secret"),
        "DescribeKey": ok(KeyMetadata={"KeyState": "Enabled"}),
        "DescribeStackResources": NO_STACK,
        "SimulatePrincipalPolicy": simulated("allowed"),
        "DescribeAlarms": ok(MetricAlarms=[], CompositeAlarms=[]),
    } | changes
