"""Snapback as the stack deploys it, beside the workload."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import boto3

from infra.definitions import load
from snapback.model.timings import Timings
from tests.fakes import workload

NONE: Mapping[str, int] = MappingProxyType({})
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


@dataclass
class Deployment:
    """The state machines that are deployed, by their definition's name and the timings that differ."""

    machines: dict[str, str] = field(default_factory=dict)

    def machine(self, name: str, timings: Mapping[str, int] = NONE) -> str:
        """The ARN of a state machine, perhaps with some timings that differ."""
        known = "-".join([name, *(f"{key}-{value}" for key, value in timings.items())])
        if known not in self.machines:
            definition = load(name, Timings.of({**TIMINGS, **timings}))
            for function in definition.functions:
                workload.function(function)
            made = boto3.client("stepfunctions").create_state_machine(
                name=known[:80],
                definition=re.sub(r"\$\{(\w+)\}", rf"{workload.FUNCTIONS}\1", definition.text),
                roleArn=workload.ROLE,
            )
            self.machines[known] = made["stateMachineArn"]
        return self.machines[known]


def deployed() -> Deployment:
    """What stays for the whole session: functions, sources and state machines."""
    workload.deploy()
    workload.function("Sweep")
    made = Deployment()
    for name in ("experiment", "restore", "abandon"):
        made.machine(name)
    return made


def renewed() -> dict[str, str]:
    """An empty table and the workload's mappings as new; answers their UUIDs by their source."""
    empty_table()
    workload.opt_in()
    api = boto3.client("lambda")
    for mapping in api.list_event_source_mappings()["EventSourceMappings"]:
        api.delete_event_source_mapping(UUID=mapping["UUID"])
    return {name: workload.map_source(name) for name in workload.SETTINGS}


def empty_table() -> None:
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
