"""What the handlers' logs say: invocations, starts, and denials."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from prove.evidence import HandlerLog, HandlerLogs
from prove.rows.permissions import EVERY_HANDLER
from prove.world import World

MEMORY_GIGABYTES = 0.5
LONGEST_DENIAL = 300
_BILLED = re.compile(r"Billed Duration: ([\d.]+) ms")
_INIT = re.compile(r"Init Duration: ([\d.]+) ms")
_DENIED = re.compile(r"AccessDenied|is not authorized to perform")


@dataclass
class Reading:
    """What was read of one log so far."""

    invocations: int = 0
    denials: list[str] = field(default_factory=list)
    inits: list[float] = field(default_factory=list)
    billed: float = 0.0

    def take(self, message: str) -> None:
        """Read a line: a report in words or as JSON, or anything of the handler's own."""
        metrics = _metrics(message)
        if metrics:
            self.invocations += 1
            self.billed += metrics.get("billedDurationMs", 0.0)
            if "initDurationMs" in metrics:
                self.inits.append(metrics["initDurationMs"])
        elif _DENIED.search(message):
            self.denials.append(" ".join(message.split())[:LONGEST_DENIAL])


def _metrics(message: str) -> dict[str, float]:
    """The metrics of a report line; empty for another one."""
    if message.startswith("REPORT RequestId:"):
        found = {
            "billedDurationMs": _BILLED.search(message),
            "initDurationMs": _INIT.search(message),
        }
        return {name: float(each[1]) for name, each in found.items() if each} or {"durationMs": 0.0}
    if '"platform.report"' not in message:
        return {}
    try:
        metrics: dict[str, float] = json.loads(message)["record"]["metrics"]
    except (ValueError, KeyError, TypeError):
        return {}
    return metrics


def read(handler: str, messages: Iterable[str], masked: Any = str) -> HandlerLog:
    """A handler's log as a value."""
    reading = Reading()
    for each in messages:
        reading.take(each)
    return HandlerLog(
        handler=handler,
        invocations=reading.invocations,
        denials=tuple(masked(each) for each in dict.fromkeys(reading.denials)),
        init_milliseconds=tuple(reading.inits),
        billed_milliseconds=reading.billed,
    )


def handler_logs(world: World) -> HandlerLogs:
    """Read the log group of every function of the stack."""
    found = dict(log_groups(world))
    return HandlerLogs(
        tuple(
            read(handler, _messages(world, group), world.account.masked)
            for handler, group in found.items()
        )
    )


def since(world: World, group: str, seconds: float) -> list[str]:
    """The lines of a log group since a time (epoch seconds), masked; none where it is gone."""
    return [world.account.masked(each) for each in _messages(world, group, int(seconds * 1000))]


def log_groups(world: World) -> Iterator[tuple[str, str]]:
    """`(handler, log group)` of every function of the stack."""
    pages = world.aws("cloudformation").get_paginator("list_stack_resources")
    resources = [
        each
        for page in pages.paginate(StackName=world.name)
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] == "AWS::Lambda::Function"
    ]
    for each in resources:
        name = each["PhysicalResourceId"]
        handler = next((h for h in EVERY_HANDLER if each["LogicalResourceId"].startswith(h)), "")
        if handler:
            config = world.aws("lambda").get_function_configuration(FunctionName=name)
            group = config.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{name}")
            yield handler, group


def _messages(world: World, group: str, start_milliseconds: int = 0) -> Iterator[str]:
    if not group:
        return
    logs = world.aws("logs")
    asked = {"logGroupName": group, "startTime": start_milliseconds}
    try:
        for page in logs.get_paginator("filter_log_events").paginate(**asked):
            yield from (each["message"] for each in page["events"])
    except logs.exceptions.ResourceNotFoundException:
        return
