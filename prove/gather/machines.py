"""Runs the two machines that fail on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator

from prove.evidence import MachineCase, MachineCases
from prove.gather.runs import ended
from prove.world import World


def machines(world: World) -> Iterator[MachineCases]:
    """What each Catch was given, and how each execution ended."""
    yield MachineCases(
        path=_case(world, "PathMachineArn", "States.Runtime"),
        expression=_case(world, "ExpressionMachineArn", "States.QueryEvaluationError"),
    )


def _case(world: World, output: str, fails_with: str) -> MachineCase:
    started = world.aws("stepfunctions").start_execution(
        stateMachineArn=world.workload[output], input="{}"
    )
    found = ended(world, str(started["executionArn"]))
    caught = json.loads(found.get("output") or "{}").get("caught", "")
    return MachineCase(fails_with, found["status"], str(caught), str(found.get("error") or ""))
