"""Experiments through the deployed state machine."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

from prove.evidence import Run
from prove.world import World

LONGEST_CAUSE = 300

type Settings = list[dict[str, Any]]

LAST_EVENTS = 30
"""As many as surely hold the last state that was entered."""


def start(world: World, label: str, **asked: Any) -> str:
    """Start an experiment; answers its execution's ARN."""
    world.limit.look()
    world.limit.runs += 1
    started = world.aws("stepfunctions").start_execution(
        stateMachineArn=world.product["ExperimentStateMachineArn"],
        name=f"{label}-{uuid4().hex[:8]}",
        input=json.dumps(asked),
    )
    return str(started["executionArn"])


def described(world: World, arn: str) -> dict[str, Any]:
    """What Step Functions says of an execution."""
    return dict(world.aws("stepfunctions").describe_execution(executionArn=arn))


def ended(world: World, arn: str) -> dict[str, Any]:
    """The same, once it has ended."""

    def look() -> dict[str, Any] | None:
        found = described(world, arn)
        return found if found["status"] != "RUNNING" else None

    found = world.limit.until(look, f"the end of {name_of(arn)}", world.pace.experiment, 2)
    assert found is not None  # noqa: S101  # `until` answers what is true
    return found


def name_of(arn: str) -> str:
    """An execution's name: the experiment's id."""
    return arn.rsplit(":", 1)[1]


def entered(world: World, arn: str) -> str:
    """The state that an execution entered last."""
    history = world.aws("stepfunctions").get_execution_history(
        executionArn=arn, reverseOrder=True, maxResults=LAST_EVENTS
    )
    names = (each.get("stateEnteredEventDetails", {}).get("name") for each in history["events"])
    return next((str(name) for name in names if name), "")


def report(found: dict[str, Any]) -> dict[str, Any]:
    """The report in an execution's output; empty where it did not come to one."""
    read: dict[str, Any] = json.loads(found.get("output") or "{}")
    return read


def run(world: World, label: str, function: str, region: str = "", **asked: Any) -> Run:
    """Break and restore mappings of a function, and compare every setting before and after."""
    before = world.settings(function, region)
    begun = time.monotonic()
    elsewhere = {"region": region} if region else {}
    request = {"event_uuids": "all", "total_chaos_duration": world.pace.hold, **elsewhere, **asked}
    found = ended(world, start(world, label, function_name=function, **request))
    seconds = time.monotonic() - begun
    counts = report(found).get("counts", {})
    return Run(
        name=label,
        status=found["status"],
        error=error_of(world, found),
        targets=int(counts.get("targets", 0)),
        verified=int(counts.get("verified", 0)),
        equal=as_before(world, before, function, region),
        seconds=seconds,
    )


def error_of(world: World, found: dict[str, Any]) -> str:
    """The error of an execution with the beginning of its cause; empty if it has none."""
    if not found.get("error"):
        return ""
    cause = " ".join(said(found).split())
    return world.account.masked(f"{found['error']}: {cause[:LONGEST_CAUSE]}")


def said(found: dict[str, Any]) -> str:
    """The cause of an execution; where a handler failed, its message without the stack trace."""
    cause = str(found.get("cause") or "")
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return cause


def as_before(world: World, before: Settings, function: str, region: str = "") -> bool:
    """Whether a function's mappings are as before; one that is back may be Creating for a while."""
    try:
        return world.limit.until(
            lambda: world.settings(function, region) == before,
            f"mappings of {function}",
            world.pace.settle,
            2,
        )
    except TimeoutError:
        return False


def left_open(world: World, experiment_id: str) -> int:
    """How many records of an experiment are still open."""
    key = {":pk": {"S": f"experiment#{experiment_id}"}}
    pages = world.aws("dynamodb").get_paginator("query")
    return sum(
        "open" in item
        for page in pages.paginate(
            TableName=world.product["TableName"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=key,
            ConsistentRead=True,
        )
        for item in page["Items"]
    )
