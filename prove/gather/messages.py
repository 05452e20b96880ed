"""What is sent when something happens: letters, notifications, events of executions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from prove.evidence import Letters, Notice, Notices, StatusEvent, StatusEvents
from prove.gather.queues import Message, taken
from prove.gather.runs import described, ended, name_of, start
from prove.gather.workload import FAILS_ON, body
from prove.world import World

LETTERS = 2
QUOTED = 'no "such"\nfunction'
_NOT_PLAIN = re.compile(r'["\\\n\t]+|\\n')


def letters(world: World) -> Iterator[Letters]:
    """Write records that the failing function fails on, and receive what Lambda sends of them."""
    for number in range(1, LETTERS + 1):
        world.aws("kinesis").put_record(
            StreamName=world.workload["StreamName"],
            PartitionKey=FAILS_ON,
            Data=body(FAILS_ON, number),
        )
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


def _batch_size(text: str) -> int:
    batch = json.loads(text).get("KinesisBatchInfo", {})
    return int(batch.get("batchSize", 1))


def refusals(world: World) -> list[str]:
    """Executions that are refused, the first for a reason with quotation marks and a line break."""
    asked = {"event_uuids": "all", "total_chaos_duration": world.pace.hold}
    return [
        start(world, "refused-quotes", function_name=QUOTED, **asked),
        start(world, "refused-fault", function_name="f", fault='"none"', **asked),
    ]


def notices(world: World) -> Iterator[Notices | StatusEvents]:
    """What subscribers and rules were told of everything that was run so far."""
    refused = [ended(world, each) for each in refusals(world)]
    wanted = {each["name"]: ("refused", *_fragments(str(each.get("cause")))) for each in refused}
    finished = _finished(world)
    first = next((each for each in finished if each["status"] == "SUCCEEDED"), None)
    if first:
        wanted[first["name"]] = ("ended",)
    world.limit.pause(min(world.pace.hold, 20))
    texts = [_text(each) for each in taken(world, world.workload["NoticesUrl"])]
    yield Notices(
        tuple(
            Notice(
                of=name,
                must_hold=(name, *parts),
                received=world.account.masked(
                    next((each for each in texts if name in each and parts[0] in each), "")
                ),
            )
            for name, parts in wanted.items()
        )
    )
    yield StatusEvents(tuple(_events(world, taken(world, world.workload["StatusesUrl"]))))


def _fragments(cause: str) -> tuple[str, ...]:
    """The plain parts of a cause between what a message may write in another way."""
    return tuple(part.strip() for part in _NOT_PLAIN.split(cause) if part.strip())


def _text(message: Message) -> str:
    """The text of a notification, whether the queue holds it as it is or in SNS's envelope."""
    try:
        return str(json.loads(message.body)["Message"])
    except (ValueError, KeyError, TypeError):
        return message.body


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
