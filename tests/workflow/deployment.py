"""Snapback as the stack deploys it, beside the workload."""

import re
from typing import Any

import boto3

from infra.definitions import load
from snapback.model.timings import Timings
from tests.fakes import workload
from tests.workflow.account import Account

TIMINGS = {
    "observe_seconds": 1,
    "quiet_margin_seconds": 1,
    "recovery_seconds": 1,
    "rest_seconds": 1,
    "poll_seconds": 1,
    "send_margin_seconds": 1,
    "restore_retry_seconds": 1,
    "restore_attempts": 2,
    "alarm_look_seconds": 1,
}


def deploy(account: Account) -> None:
    """What stays for the whole session: functions, sources and state machines."""
    workload.deploy()
    workload.function("Sweep")
    for machine in ("experiment", "restore", "abandon"):
        deploy_machine(account, machine)


def deploy_machine(account: Account, machine: str, **timings: int) -> str:
    """Deploy a state machine, under a name of its own if some of its timings differ."""
    name = "-".join([machine, *(f"{key}-{value}" for key, value in timings.items())])
    if name not in account.machines:
        definition = load(machine, Timings.of(TIMINGS | timings))
        for function in definition.functions:
            workload.function(function)
        made = boto3.client("stepfunctions").create_state_machine(
            name=name[:80],
            definition=re.sub(r"\$\{(\w+)\}", rf"{workload.FUNCTIONS}\1", definition.text),
            roleArn=workload.ROLE,
        )
        account.machines[name] = made["stateMachineArn"]
    return name


def renew(account: Account) -> None:
    """What each test finds as it was: an empty table, no alarm, and the workload's mappings."""
    _table()
    workload.opt_in()
    api = boto3.client("lambda")
    for mapping in account.mappings():
        api.delete_event_source_mapping(UUID=mapping["UUID"])
    account.uuids = {name: map_source(name) for name in workload.SETTINGS}


def map_source(name: str, function: str = "orders", **changes: Any) -> str:
    """Make a mapping of the workload, perhaps with other settings; answers its UUID."""
    asked = workload.request(name, function) | changes
    return str(boto3.client("lambda").create_event_source_mapping(**asked)["UUID"])


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
