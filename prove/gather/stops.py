"""Executions that are stopped: at different moments, unnoticed by any event, and redriven."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from prove.evidence import Redrive, SilentStop, Stop, Stops
from prove.gather.runs import (
    as_before,
    described,
    ended,
    entered,
    error_of,
    left_open,
    name_of,
    start,
)
from prove.rows.executions import MOMENTS, STOPPED
from prove.world import World

STATES = (
    "Validate experiment", "Snapshot targets", "Ramp up", "Inject fault", "Hold", "Observe",
    "Restore targets", "Watch recovery", "Verify targets", "Report",
)  # fmt: skip
"""Where an execution is stopped; one that is entered for a moment only may be seen too late."""
LOOK_SECONDS = 0.5
ROUNDS = 3
"""How often executions are started until enough of them were stopped."""
START_SECONDS = 5
"""How long an execution that is redriven may still show its earlier end."""


@dataclass
class _Stopping:
    """An execution on its way to its stop, and back."""

    arn: str
    wanted: str
    source: str
    stopped_in: str = ""
    stopped_at: float = 0
    back_at: float | None = None


def stops(world: World) -> Iterator[Stops]:
    """Stop executions, each in another state, until enough of them were stopped."""
    wanted = [STATES[number % len(STATES)] for number in range(world.pace.stops)]
    yield Stops(until_enough(wanted, partial(_stopped_in, world)))


def until_enough(
    wanted: Sequence[str], stopped_in: Callable[[Sequence[str]], list[Stop]]
) -> tuple[Stop, ...]:
    """Every execution that was started: one for each state, and again where it was not stopped."""
    found: list[Stop] = []
    for _ in range(ROUNDS):
        tried = stopped_in(wanted)
        found += tried
        if sum(each.status == STOPPED for each in found) >= MOMENTS:
            break
        if any(each.back_seconds is None for each in tried):
            break  # it is not known what state the mappings are in
        wanted = [
            state for state, each in zip(wanted, tried, strict=True) if each.status != STOPPED
        ]
    return tuple(found)


def _stopped_in(world: World, wanted: Sequence[str]) -> list[Stop]:
    """Start an experiment on a mapping for each of the states, stop it there, and wait for all."""
    crowd = world.workload["CrowdName"]
    before = {each["EventSourceArn"]: each for each in world.settings(crowd)}
    under_way = [
        _Stopping(
            start(world, "stopped", function_name=crowd, event_uuids=[each["UUID"]],
                  total_chaos_duration=world.pace.hold),
            state,
            each["EventSourceArn"],
        )
        for state, each in zip(wanted, world.mappings(crowd), strict=False)
    ]  # fmt: skip
    world.limit.until(
        lambda: sum(_stopped(world, each) for each in under_way) == len(under_way),
        "the states to stop in",
        world.pace.experiment,
        LOOK_SECONDS,
    )
    _until_back(world, crowd, before, under_way)
    return [_ended(world, each) for each in under_way]


def _ended(world: World, each: _Stopping) -> Stop:
    found = described(world, each.arn)
    back = each.back_at and each.back_at - each.stopped_at
    return Stop(each.stopped_in, found["status"], back, error_of(world, found))


def _stopped(world: World, each: _Stopping) -> bool:
    """Whether it is stopped; it is, once it has come to its state or beyond."""
    if each.stopped_in:
        return True
    now = entered(world, each.arn)
    over = described(world, each.arn)["status"] != "RUNNING"
    reached = now in STATES and STATES.index(now) >= STATES.index(each.wanted)
    if reached and not over:
        world.aws("stepfunctions").stop_execution(executionArn=each.arn)
    if reached or over:
        each.stopped_in, each.stopped_at = now, time.monotonic()
    return bool(each.stopped_in)


def _until_back(
    world: World, function: str, before: dict[str, dict[str, Any]], under_way: list[_Stopping]
) -> None:
    """Note when each mapping is as before and its experiment closed; give up after a while."""

    def look() -> bool:
        now = {each["EventSourceArn"]: each for each in world.settings(function)}
        for each in under_way:
            equal = now.get(each.source) == before[each.source]
            over = described(world, each.arn)["status"] != "RUNNING"
            closed = equal and over and not left_open(world, name_of(each.arn))
            if not closed:
                each.back_at = None
            elif each.back_at is None:
                each.back_at = time.monotonic()
        return all(each.back_at for each in under_way)

    try:
        world.limit.until(look, "all to be back", world.pace.back, 2)
    except TimeoutError:
        return


def unnoticed(world: World) -> Iterator[SilentStop | Redrive]:
    """Stop an execution while no event starts the rescue; then redrive it."""
    crowd = world.workload["CrowdName"]
    before = {each["EventSourceArn"]: each for each in world.settings(crowd)}
    mapping = world.mappings(crowd)[0]
    with _without_rule(world):
        arn = start(world, "unnoticed", function_name=crowd, event_uuids=[mapping["UUID"]],
                    total_chaos_duration=world.pace.hold)  # fmt: skip
        each = _Stopping(arn, "Hold", mapping["EventSourceArn"])
        world.limit.until(
            lambda: _stopped(world, each),
            "a window to stop in",
            world.pace.experiment,
            LOOK_SECONDS,
        )
        _until_back(world, crowd, before, [each])
    yield SilentStop(_ended(world, each), _restores_of(world, name_of(arn)))
    yield _redriven(world, arn, crowd)


@contextmanager
def _without_rule(world: World) -> Iterator[None]:
    """Switch off the rule that starts the restore machine."""
    events = world.aws("events")
    machine = world.product["RestoreStateMachineArn"]
    [rule] = events.list_rule_names_by_target(TargetArn=machine)["RuleNames"]
    events.disable_rule(Name=rule)
    try:
        yield
    finally:
        events.enable_rule(Name=rule)


def _restores_of(world: World, experiment_id: str) -> int:
    machine = world.product["RestoreStateMachineArn"]
    pages = world.aws("stepfunctions").get_paginator("list_executions")
    return sum(
        json.loads(described(world, each["executionArn"])["input"]).get("experiment_id")
        == experiment_id
        for page in pages.paginate(stateMachineArn=machine)
        for each in page["executions"]
    )


def _redriven(world: World, arn: str, function: str) -> Redrive:
    before, was = world.settings(function), str(described(world, arn)["status"])
    refused = ""
    try:
        world.aws("stepfunctions").redrive_execution(executionArn=arn)
    except ClientError as error:
        refused = str(error.response["Error"]["Code"])
    if not refused:
        world.limit.pause(START_SECONDS)
    found = ended(world, arn)
    return Redrive(
        was=was,
        refused=refused,
        status=found["status"],
        equal=as_before(world, before, function),
        left_open=left_open(world, name_of(arn)),
    )
