"""Snapback as the stack deploys it, and a workload: a function with three mappings."""

import io
import re
import zipfile
from typing import Any

import boto3

from infra.definitions import load
from snapback.model.timings import Timings
from tests.workflow.account import ARN, Account

TIMINGS = {
    "observe_seconds": 1,
    "quiet_margin_seconds": 1,
    "recovery_seconds": 1,
    "poll_seconds": 1,
    "send_margin_seconds": 1,
    "restore_retry_seconds": 1,
    "restore_attempts": 2,
    "alarm_look_seconds": 1,
}
ROLE = "arn:aws:iam::123456789012:role/any"
KILL_SWITCH = "/snapback/kill-switch"
ENVIRONMENT = {
    "TABLE_NAME": "experiments",
    "KILL_SWITCH_PARAMETER": KILL_SWITCH,
    "RESTORE_ROLE_ARN": ROLE,
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


def deploy(account: Account) -> None:
    """What stays for the whole session: functions, sources and state machines."""
    workload()
    _function("Sweep")
    for machine in ("experiment", "restore"):
        deploy_machine(account, machine)


def workload() -> None:
    """The functions and the sources that belong to someone else."""
    boto3.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")
    for name in ("orders", "others"):
        _function(name)
    boto3.client("sqs").create_queue(QueueName="queue")
    boto3.client("sqs").create_queue(QueueName="paused")
    boto3.client("sqs").create_queue(QueueName="failed")
    boto3.client("kinesis").create_stream(StreamName="stream", ShardCount=1)


def deploy_machine(account: Account, machine: str, **timings: int) -> str:
    """Deploy a state machine, under a name of its own if some of its timings differ."""
    name = "-".join([machine, *(f"{key}-{value}" for key, value in timings.items())])
    if name not in account.machines:
        definition = load(machine, Timings.of(TIMINGS | timings))
        for function in definition.functions:
            _function(function)
        made = boto3.client("stepfunctions").create_state_machine(
            name=name[:80],
            definition=re.sub(r"\$\{(\w+)\}", rf"{ARN}\1", definition.text),
            roleArn=ROLE,
        )
        account.machines[name] = made["stateMachineArn"]
    return name


def renew(account: Account) -> None:
    """What each test finds as it was: an empty table, no alarm, and the workload's mappings."""
    _table()
    opt_in()
    api = boto3.client("lambda")
    for mapping in account.mappings():
        api.delete_event_source_mapping(UUID=mapping["UUID"])
    account.uuids = {name: map_source(name) for name in SETTINGS}


def opt_in() -> None:
    """Nothing is stopped, and the workload's function permits experiments."""
    boto3.client("ssm").put_parameter(Name=KILL_SWITCH, Value="off", Type="String", Overwrite=True)
    tags = {"snapback:allowed": "true"}
    boto3.client("lambda").tag_resource(Resource=ARN + "orders", Tags=tags)


def map_source(name: str, function: str = "orders", **changes: Any) -> str:
    """Make a mapping of the workload, perhaps with other settings; answers its UUID."""
    service = "kinesis" if name == "stream" else "sqs"
    resource = f"stream/{name}" if name == "stream" else name
    made = boto3.client("lambda").create_event_source_mapping(
        **{
            "FunctionName": function,
            "EventSourceArn": f"arn:aws:{service}:eu-west-1:123456789012:{resource}",
            "Tags": {"team": name},
            **SETTINGS[name],
            **changes,
        }
    )
    return str(made["UUID"])


def _table() -> None:
    api = boto3.client("dynamodb")
    if "experiments" in api.list_tables()["TableNames"]:
        api.delete_table(TableName="experiments")
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    index = [
        {"AttributeName": "open", "KeyType": "HASH"},
        {"AttributeName": "deadline", "KeyType": "RANGE"},
    ]
    api.create_table(
        TableName="experiments",
        KeySchema=keys,
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in {"pk": "S", "sk": "S", "open": "S", "deadline": "N"}.items()
        ],
        GlobalSecondaryIndexes=[
            {"IndexName": "open", "KeySchema": index, "Projection": {"ProjectionType": "ALL"}}
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def _function(name: str) -> None:
    known = boto3.client("lambda").list_functions()["Functions"]
    if name in [each["FunctionName"] for each in known]:
        return
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("m.py", "")
    boto3.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=ROLE,
        Handler="m.h",
        Code={"ZipFile": buffer.getvalue()},
    )
