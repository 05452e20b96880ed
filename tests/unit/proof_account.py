"""A healthy account as the proofs see it; each test breaks one thing in it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from snapback.model.effects import Answer, Call
from snapback.model.errors import InvalidExperiment
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.validate.limits import Limits
from snapback.validate.validation import validate
from tests.fakes.answers import DENIED, Answers, answer, ok

type Refusal = tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]
"""Settings of a mapping, answers of its account, further keys of a request, and what is said."""

REGION = "eu-west-1:123456789012"
FUNCTION = f"arn:aws:lambda:{REGION}:function:orders"
ROLE = "arn:aws:iam::123456789012:role/orders"
RESTORES = "arn:aws:iam::123456789012:role/Snapback-RestoreTargets"
QUEUE = f"arn:aws:sqs:{REGION}:queue"
STREAM = f"arn:aws:kinesis:{REGION}:stream/stream"
TABLE = f"arn:aws:dynamodb:{REGION}:table/t/stream/2026-01-01T00:00:00.000"
UUID = "11111111-1111-4111-8111-111111111111"
OTHER_UUID = "22222222-2222-4222-8222-222222222222"
NO_QUEUE = Answer(code="AWS.SimpleQueueService.NonExistentQueue", status=400)
NO_STACK = Answer(code="ValidationError", message="Stack for it does not exist", status=400)
OPTED_IN = ok(Tags={"snapback:allowed": "true"})
UNTAGGED = ok(Tags={})
NOW = 1_795_000_000.0  # a Wednesday, 10:26 UTC

LIMITS = Limits(
    longest_duration=3600,
    most_targets=1000,
    allowed_tag="snapback:allowed",
    restore_role_arn=RESTORES,
)
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:broker-a1b2c3"  # noqa: S105
TOPIC = "arn:aws:sns:eu-west-1:123456789012:failures"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/k"
KAFKA = "arn:aws:kafka:eu-west-1:123456789012:cluster/c/u"
CREATE = "lambda:CreateEventSourceMapping"
ELSEWHERE = "arn:aws:iam::210987654321:role/SnapbackTarget"
BUCKET = "arn:aws:s3:::failures"
DOCUMENTS = "arn:aws:rds:eu-west-1:123456789012:cluster:c"
OWN_KAFKA: dict[str, Any] = {
    "EventSourceArn": None,
    "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["b:9092"]}},
    "StartingPosition": "LATEST",
    "Topics": ["t"],
    "SourceAccessConfigurations": [
        {"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"},
        {"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-1"},
    ],
}
REGISTRY: dict[str, Any] = {
    "EventSourceArn": KAFKA,
    "Topics": ["t"],
    "AmazonManagedKafkaEventSourceConfig": {
        "SchemaRegistryConfig": {
            "SchemaRegistryURI": "https://registry",
            "AccessConfigs": [{"Type": "BASIC_AUTH", "URI": SECRET}],
        }
    },
}


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
    """A mapping as Get answers it, without what is None; all is well with a stream's, from LATEST."""
    streamed = {"StartingPosition": "LATEST", "LastProcessingResult": "OK"}
    answered = {
        "UUID": UUID,
        "EventSourceMappingArn": f"arn:aws:lambda:{REGION}:event-source-mapping:{UUID}",
        "EventSourceArn": source,
        "FunctionArn": FUNCTION,
        "State": "Enabled",
        "BatchSize": 10,
        "LastModified": 1_700_000_000.0,
        **({} if ":sqs:" in source else streamed),
        **changes,
    }
    return {name: value for name, value in answered.items() if value is not None}


def queue(**changes: str) -> Answer:
    """The attributes of a queue."""
    return ok(Attributes={"VisibilityTimeout": "60", "MessageRetentionPeriod": "345600"} | changes)


def stream(hours: int = 24, status: str = "ACTIVE", **more: str) -> Answer:
    """The summary of a Kinesis stream."""
    summary = {"StreamStatus": status, "RetentionPeriodHours": hours, **more}
    return ok(StreamDescriptionSummary=summary)


def simulated(
    decision: str, *actions: str, **details: Any
) -> Callable[[Mapping[str, Any]], Answer]:
    """A simulation that decides so of some actions and allows the others.

    As in IAM, what crosses accounts is denied: the other account's policies are not simulated. A
    result is about an action, and names each resource in a part of its own.
    """

    def simulate(params: Mapping[str, Any]) -> Answer:
        account = params["PolicySourceArn"].split(":")[4]

        def specific(action: str, arn: str) -> dict[str, Any]:
            crosses = arn != "*" and arn.split(":")[4] != account
            unless_said = "implicitDeny" if crosses else "allowed"
            decided = decision if action in actions else unless_said
            more = details if action in actions else {}
            return {"EvalResourceName": arn, "EvalResourceDecision": decided, **more}

        def result(action: str) -> dict[str, Any]:
            found = [specific(action, arn) for arn in params["ResourceArns"]]
            decisions = {each["EvalResourceDecision"] for each in found}
            return {
                "EvalActionName": action,
                "EvalResourceName": "*",
                "EvalDecision": min(
                    decisions, key=("explicitDeny", "implicitDeny", "allowed").index
                ),
                "ResourceSpecificResults": found,
                **(details if action in actions else {}),
            }

        return ok(EvaluationResults=[result(name) for name in params["ActionNames"]])

    return simulate


def without(role: str) -> Callable[[Mapping[str, Any]], Answer]:
    """A simulation of an account that lacks a role."""

    def simulate(params: Mapping[str, Any]) -> Answer:
        gone = params["PolicySourceArn"] == role
        return Answer(code="NoSuchEntity", status=404) if gone else simulated("allowed")(params)

    return simulate


def aged(*milliseconds: float, before: float = 0) -> Answer:
    """Iterator ages of the last 15 minutes, the newest so many seconds ago."""
    return measured(*milliseconds, at=NOW - before)


def measured(*values: float, at: float = NOW) -> Answer:
    """The values of the one series that was asked for."""
    series = {"Id": "m0", "Values": list(values), "Timestamps": [at] * len(values)}
    return ok(MetricDataResults=[series])


def tagged(own: Answer, of_mappings: Answer) -> Callable[[Mapping[str, Any]], Answer]:
    """The tags of the function and of its mappings; a version or an alias has none."""

    def tags(params: Mapping[str, Any]) -> Answer:
        match params["Resource"].split(":")[5:]:
            case ["function", _]:
                return own
            case ["function", _, _]:
                return Answer(code="InvalidParameterValueException", status=400)
        return of_mappings

    return tags


def account(
    *configs: dict[str, Any], opt_in: Answer = OPTED_IN, tags: Answer = UNTAGGED, **changes: Any
) -> dict[str, Any]:
    """Every answer of a healthy account with these mappings (one of a queue by default).

    `opt_in` is what it tells of the function's tags, and `tags` of each mapping's.
    """
    listed = list(configs) or [mapping()]
    by_uuid = {each["UUID"]: each for each in listed}
    return {
        "GetFunction": ok(Configuration=function()),
        "ListEventSourceMappings": ok(EventSourceMappings=listed),
        "GetEventSourceMapping": lambda params: Answer(body=by_uuid[params["UUID"]]),
        "ListTags": tagged(opt_in, tags),
        "GetQueueUrl": ok(QueueUrl="http://queue"),
        "GetQueueAttributes": queue(),
        "DescribeStreamSummary": stream(),
        "DescribeStream": ok(StreamDescription={"StreamStatus": "ENABLED"}),
        "DescribeClusterV2": ok(ClusterInfo={"State": "ACTIVE"}),
        "DescribeVpcConnection": ok(State="AVAILABLE"),
        "DescribeBroker": ok(BrokerState="RUNNING"),
        "DescribeDBClusters": ok(DBClusters=[{"Status": "available"}]),
        "DescribeSubnets": ok(Subnets=[{}]),
        "DescribeSecurityGroups": ok(SecurityGroups=[{}]),
        "GetMetricData": aged(0),
        "GetTopicAttributes": ok(Attributes={}),
        "GetBucketLocation": ok(LocationConstraint="eu-west-1"),
        "DescribeSecret": ok(Name="secret"),
        "DescribeKey": ok(KeyMetadata={"KeyState": "Enabled"}),
        "DescribeStackResources": NO_STACK,
        "ListStacks": ok(StackSummaries=[]),
        "SimulatePrincipalPolicy": simulated("allowed"),
        "DescribeAlarms": ok(MetricAlarms=[], CompositeAlarms=[]),
        "GetParameter": ok(Parameter={"Value": "off"}),
    } | changes


def validated(
    answers: Answers, limits: Limits = LIMITS, asked: list[Call] | None = None, **request: Any
) -> dict[str, Any]:
    """Validate a request for all mappings of `orders`."""
    raw = {"function_name": "orders", "event_uuids": "all"} | request
    attempt = Attempt("validator", NOW + 600, Timings(), lambda: NOW)
    return answer(validate(raw, limits, "kill-switch", attempt), answers, asked=asked)


def warnings(config: dict[str, Any], age: Answer, **request: Any) -> list[str]:
    """The warnings for one mapping of a stream with such iterator ages, but for plain advice."""
    found: list[str] = validated(account(config, GetMetricData=age), **request)["warnings"]
    return [each for each in found if "disable-mappings keeps its place" not in each]


def refused(
    answers: Answers, limits: Limits = LIMITS, asked: list[Call] | None = None, **request: Any
) -> list[str]:
    """The problems of a request that is refused."""
    with pytest.raises(InvalidExperiment) as refusal:
        validated(answers, limits, asked, **request)
    return str(refusal.value).splitlines()


def assert_refused(
    changes: dict[str, Any], answers: dict[str, Any], request: dict[str, Any], sentence: str
) -> None:
    """A mapping with such settings is refused in one line: its UUID, the reason, the way out."""
    made = mapping(changes.get("EventSourceArn") or QUEUE, **changes)
    [problem] = refused(account(made, **answers), **request)
    assert problem.startswith(f"event_uuids: {UUID} ")
    assert problem.count("event_uuids: ") == 1
    assert sentence in problem
    assert ";" in problem


def assert_warned_when_denied(source: str, denied: str, sentence: str) -> None:
    """A check that may not be made refuses nothing, and the plan says so."""
    warnings = validated(account(mapping(source), **{denied: DENIED}))["warnings"]
    assert [each for each in warnings if sentence in each]
