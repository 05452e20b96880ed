"""A workload on moto: a function with three mappings, which belongs to someone else."""

from typing import Any

import boto3

from aws import clients
from tests.fakes.mappings import ARN

FUNCTIONS = f"{ARN}function:"
ROLE = "arn:aws:iam::123456789012:role/any"
KILL_SWITCH = "/snapback/kill-switch"
ENVIRONMENT = {
    "TABLE_NAME": "experiments",
    "KILL_SWITCH_PARAMETER": KILL_SWITCH,
    "RESTORE_ROLE_ARN": ROLE,
    "MIN_INTERVAL_SECONDS": "0",
    "POWERTOOLS_SERVICE_NAME": "snapback",
    "POWERTOOLS_METRICS_NAMESPACE": "Snapback",
}
SETTINGS: dict[str, dict[str, Any]] = {
    "queue": {
        "BatchSize": 5,
        "Enabled": True,
        "FilterCriteria": {"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 2},
    },
    "paused": {"BatchSize": 7, "Enabled": False},
    "stream": {
        "BatchSize": 11,
        "Enabled": True,
        "StartingPosition": "LATEST",
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {
            "OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:123456789012:failed"}
        },
        "MaximumRecordAgeInSeconds": 3600,
        "MaximumRetryAttempts": 0,
        "ParallelizationFactor": 2,
    },
}
"""The mappings of the workload, by their source."""


def forget_clients() -> None:
    """Let the adapters make their clients anew, for another account."""
    for cached in (clients.session, clients.client, clients.dynamodb):
        cached.cache_clear()


def deploy() -> None:
    """The functions and the sources that belong to someone else, unless they are there already."""
    if boto3.client("sqs").list_queues(QueueNamePrefix="queue").get("QueueUrls"):
        return
    boto3.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")
    for name in ("orders", "others"):
        function(name)
    for name in ("queue", "paused", "failed"):
        boto3.client("sqs").create_queue(QueueName=name)
    boto3.client("kinesis").create_stream(StreamName="stream", ShardCount=1)


def opt_in() -> None:
    """Nothing is stopped, and the workload's function permits experiments."""
    boto3.client("ssm").put_parameter(Name=KILL_SWITCH, Value="off", Type="String", Overwrite=True)
    tags = {"snapback:allowed": "true"}
    boto3.client("lambda").tag_resource(Resource=FUNCTIONS + "orders", Tags=tags)


def alarm(name: str, state: str = "OK") -> None:
    """An alarm of the workload that rings, or not."""
    api = boto3.client("cloudwatch")
    api.put_metric_alarm(
        AlarmName=name,
        MetricName="IteratorAge",
        Namespace="AWS/Lambda",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    api.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")


def request(name: str, function: str = "orders") -> dict[str, Any]:
    """The request that makes a mapping of the workload."""
    service, resource = ("kinesis", f"stream/{name}") if name == "stream" else ("sqs", name)
    return {
        "FunctionName": FUNCTIONS + function,
        "EventSourceArn": f"arn:aws:{service}:eu-west-1:123456789012:{resource}",
        "Tags": {"team": name},
        **SETTINGS[name],
    }


def map_source(name: str, function: str = "orders", **changes: Any) -> str:
    """Make a mapping of the workload, perhaps with other settings; answers its UUID."""
    asked = request(name, function) | changes
    return str(boto3.client("lambda").create_event_source_mapping(**asked)["UUID"])


def function(name: str) -> None:
    """Deploy a function that is not there yet."""
    known = boto3.client("lambda").list_functions()["Functions"]
    if name in [each["FunctionName"] for each in known]:
        return
    boto3.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=ROLE,
        Handler="m.h",
        Code={"ZipFile": b"it never runs"},
    )
