"""What the run used, by list prices."""

from __future__ import annotations

import time
from collections.abc import Iterator

from prove.evidence import Cost, HandlerLogs
from prove.gather.handler_logs import MEMORY_GIGABYTES, handler_logs
from prove.prices import Usage, total
from prove.world import World


def logs_and_cost(world: World) -> Iterator[HandlerLogs | Cost]:
    """What the handlers did, and what the run used: everything that stands, for as long as it has stood."""
    logs = handler_logs(world)
    yield logs
    hours = (time.monotonic() - world.limit.begun) / 3600
    billed = sum(each.billed_milliseconds for each in logs.handlers) / 1000
    usage = (
        Usage("transition", sum(_transitions(world))),
        Usage("request", sum(each.invocations for each in logs.handlers)),
        Usage("gigabyte-second", billed * MEMORY_GIGABYTES),
        *(Usage(each.of, each.amount * hours) for each in world.standing),
    )
    yield Cost(
        planned_dollars=world.planned_dollars,
        used_dollars=total(usage),
        usage=tuple(f"{each.told()}: ${each.dollars:.4f}" for each in usage),
    )


def _transitions(world: World) -> Iterator[int]:
    """Of each execution of every machine, the states that it entered."""
    states = world.aws("stepfunctions")
    for output in ("ExperimentStateMachineArn", "RestoreStateMachineArn", "AbandonStateMachineArn"):
        pages = states.get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=world.product[output]):
            for each in page["executions"]:
                history = states.get_paginator("get_execution_history")
                yield sum(
                    event["type"].endswith("StateEntered")
                    for events in history.paginate(executionArn=each["executionArn"])
                    for event in events["events"]
                )
