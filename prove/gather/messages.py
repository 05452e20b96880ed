"""What is sent when something happens: letters, notifications, events of executions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lab.sample.records import body
from prove.evidence import (
    Alarms,
    EarlyAbandonment,
    Letters,
    Notice,
    Notices,
    StatusEvent,
    StatusEvents,
)
from prove.gather.queues import Message, taken
from prove.gather.runs import described, ended, entered, name_of, said, start
from prove.gather.workload import FAILS_ON
from prove.world import World

LETTERS = 2
QUIET_SECONDS = 10
"""After so long without a record no letter of an earlier one comes."""
QUOTED = 'no "such"\nfunction'
_NOT_PLAIN = re.compile(r'["\\\n\t]+|\\n')


def letters(world: World) -> Iterator[Letters]:
    """Write records that the failing function fails on, and receive what Lambda sends of them."""
    world.limit.until(lambda: _tried(world), "the first letter", world.pace.settle, 5)
    world.limit.pause(QUIET_SECONDS)
    taken(world, world.workload["LettersUrl"])
    for number in range(1, LETTERS + 1):
        _write(world, number)
    bodies: list[str] = []

    def all_told() -> bool:
        bodies.extend(each.body for each in taken(world, world.workload["LettersUrl"]))
        return sum(map(_batch_size, bodies)) >= LETTERS

    try:
        world.limit.until(all_told, "letters", world.pace.settle, 2)
    except TimeoutError:
        if not bodies:
            raise
    yield Letters(LETTERS, tuple(world.account.masked(each) for each in bodies))


def _tried(world: World) -> bool:
    """Write one, and see whether a letter came: a new mapping starts to read minutes later."""
    _write(world, 0)
    return bool(taken(world, world.workload["LettersUrl"]))


def _write(world: World, number: int) -> None:
    world.aws("kinesis").put_record(
        StreamName=world.workload["StreamName"], PartitionKey=FAILS_ON, Data=body(FAILS_ON, number)
    )


def _batch_size(text: str) -> int:
    batch = json.loads(text).get("KinesisBatchInfo", {})
    return int(batch.get("batchSize", 1))


def refusals(world: World) -> list[dict[str, Any]]:
    """Executions that are refused for reasons with quotation marks and a line break."""
    asked = {"event_uuids": "all", "total_chaos_duration": world.pace.hold}
    quoted = [
        start(world, "quoted", function_name=QUOTED, **asked),
        start(world, "unknown-fault", function_name="f", fault='"none"', **asked),
    ]
    return [ended(world, each) for each in quoted]


def _contested(world: World) -> tuple[dict[str, Any], EarlyAbandonment]:
    """An experiment on a mapping that another one has away, and an attempt to give that mapping up."""
    failing = world.workload["FailingName"]
    [mapping] = world.mappings(failing)
    asked = {"function_name": failing, "event_uuids": "all"}
    holds = start(world, "holds", **asked, total_chaos_duration=world.pace.hold)
    world.limit.until(lambda: entered(world, holds) == "Hold", "a lock", world.pace.experiment)
    abandoned = _abandon(world, holds, f"{mapping['EventSourceArn']}|{mapping['FunctionArn']}")
    refused = start(
        world, "too-late", **asked, total_chaos_duration=world.pace.hold,
        fault="disable-mappings",
    )  # fmt: skip
    locked, given_up = ended(world, refused), ended(world, abandoned)
    return locked, EarlyAbandonment(
        error=str(given_up.get("error") or ""),
        cause=world.account.masked(" ".join(said(given_up).split())),
        experiment=str(ended(world, holds)["status"]),
    )


def _abandon(world: World, experiment: str, key: str) -> str:
    """Ask to give up a target; answers the execution's ARN."""
    asked = {"experiment_id": name_of(experiment), "key": key, "reason": "to see it refused"}
    started = world.aws("stepfunctions").start_execution(
        stateMachineArn=world.product["AbandonStateMachineArn"], input=json.dumps(asked)
    )
    return str(started["executionArn"])


def notices(world: World) -> Iterator[EarlyAbandonment | Notices | Alarms | StatusEvents]:
    """What subscribers and rules were told of everything that was run so far."""
    wanted: list[tuple[str, str, tuple[str, ...]]] = []
    quoted = refusals(world)
    locked, early = _contested(world)
    yield early
    for each in (*quoted, locked):
        wanted.append((each["name"], "started", ()))
        wanted.append((each["name"], "refused", _fragments(said(each))))
    done = [each for each in _finished(world) if each["status"] == "SUCCEEDED"]
    wanted += [(str(each["name"]), "ended", ()) for each in done[:1]]
    world.limit.pause(min(world.pace.hold, 20))
    texts = [_text(each) for each in taken(world, world.workload["NoticesUrl"])]
    yield Notices(tuple(_notice(world, texts, *each) for each in wanted))
    yield Alarms(tuple(world.account.masked(name) for each in texts if (name := _alarm(each))))
    yield StatusEvents(tuple(_events(world, taken(world, world.workload["StatusesUrl"]))))


def _notice(
    world: World, texts: list[str], name: str, happened: str, parts: tuple[str, ...]
) -> Notice:
    found = next((each for each in texts if f"{name} " in each and f" {happened}" in each), "")
    return Notice(f"{name} {happened}", (name, *parts), world.account.masked(found))


def _fragments(text: str) -> tuple[str, ...]:
    """The plain parts of what a handler said, between what a message may write in another way."""
    return tuple(part.strip() for part in _NOT_PLAIN.split(text) if part.strip())


def _text(message: Message) -> str:
    """The text of a notification, whether the queue holds it as it is or in SNS's envelope."""
    try:
        return str(json.loads(message.body)["Message"])
    except (ValueError, KeyError, TypeError):
        return message.body


def _alarm(text: str) -> str:
    """The name of the alarm that a text tells of, if it is one's."""
    try:
        return str(json.loads(text)["AlarmName"])
    except (ValueError, KeyError, TypeError):
        return ""


def _finished(world: World) -> list[dict[str, object]]:
    pages = world.aws("stepfunctions").get_paginator("list_executions")
    machine = world.product["ExperimentStateMachineArn"]
    return [
        dict(each)
        for page in pages.paginate(stateMachineArn=machine)
        for each in page["executions"]
        if each["status"] != "RUNNING"
    ]


def _events(world: World, received: list[Message]) -> Iterator[StatusEvent]:
    came = {
        (detail["executionArn"], detail["status"]): each.sent_at
        for each in received
        for detail in [json.loads(each.body)["detail"]]
    }
    for each in _finished(world):
        arn = str(each["executionArn"])
        stopped = described(world, arn)["stopDate"].timestamp()
        at = came.get((arn, each["status"]))
        delay = None if at is None else max(0.0, at - stopped)
        yield StatusEvent(name_of(arn), str(each["status"]), delay)
