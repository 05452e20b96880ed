"""The life of a mapping, watched from its creation until it is gone, with changes sent meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from prove.evidence import MappingLives, Recreation, Reply, Stay
from prove.gather.workload import create
from prove.names import TAG
from prove.world import World

TRANSITIONS = ("Creating", "Enabling", "Updating", "Disabling", "Deleting")
LOOK_SECONDS = 0.5
GONE = "gone"


def lives(world: World) -> Iterator[MappingLives | Recreation]:
    """Watch a mapping of a queue and one of a stream, then make one again while it is being deleted."""
    stays: list[Stay] = []
    replies: list[Reply] = []
    for source, settings in _sources(world).items():
        uuid = create(world, **settings)
        stays += _watched(world, source, uuid, GONE, replies)
        world.limit.until(
            lambda uuid=uuid: state(world, uuid) == "Enabled",  # type: ignore[misc]
            f"mapping of {source}",
            world.pace.settle,
        )
        delete(world, uuid)
        stays += _watched(world, source, uuid, "Enabled", replies)
    yield MappingLives(tuple(stays), tuple(replies))
    yield _recreated(world, _sources(world)["sqs"])


def _sources(world: World) -> dict[str, dict[str, Any]]:
    found = world.workload
    return {
        "sqs": {"FunctionName": found["CrowdName"], "EventSourceArn": found["SpareQueueArn"]},
        "kinesis": {
            "FunctionName": found["FailingName"] + ":$LATEST",
            "EventSourceArn": found["StreamArn"],
            "StartingPosition": "LATEST",
        },
    }


def state(world: World, uuid: str) -> str:
    """A mapping's state, or that it is gone."""
    functions = world.aws("lambda")
    try:
        return str(functions.get_event_source_mapping(UUID=uuid)["State"])
    except functions.exceptions.ResourceNotFoundException:
        return GONE


def _watched(
    world: World, source: str, uuid: str, left: str, replies: list[Reply]
) -> Iterator[Stay]:
    """Follow a mapping until it is at rest or gone; in each transition, try to change it once.

    A read may still show the state that it has just left.
    """
    since = time.monotonic()
    world.limit.until(
        lambda: state(world, uuid) != left,
        f"mapping of {source} to leave {left}",
        world.pace.settle,
        LOOK_SECONDS,
    )
    now = state(world, uuid)
    while now in TRANSITIONS:
        replies += _tries(world, uuid, now)
        found = world.limit.until(
            lambda now=now: (seen := state(world, uuid)) != now and seen,  # type: ignore[misc]
            f"mapping of {source} to leave {now}",
            world.pace.settle,
            LOOK_SECONDS,
        )
        yield Stay(source, now, time.monotonic() - since)
        now, since = str(found), time.monotonic()


def _tries(world: World, uuid: str, now: str) -> Iterator[Reply]:
    functions = world.account.client("lambda", once=True)
    yield answered(
        "Update", now, lambda: functions.update_event_source_mapping(UUID=uuid, BatchSize=7)
    )
    if now != "Deleting":
        return
    yield answered("Delete", now, lambda: functions.delete_event_source_mapping(UUID=uuid))


def answered(call: str, now: str, send: Callable[[], object]) -> Reply:
    """What a call answers."""
    try:
        send()
    except ClientError as error:
        said = error.response["Error"]
        return Reply(call, now, str(said["Code"]), str(said.get("Message", "")))
    return Reply(call, now, "")


def delete(world: World, uuid: str) -> None:
    """Have a delete accepted; the mapping may stay Deleting for a while."""
    functions = world.aws("lambda")
    world.limit.until(
        lambda: (
            not answered(
                "Delete", "", lambda: functions.delete_event_source_mapping(UUID=uuid)
            ).code
        ),
        "the delete of a mapping",
        world.pace.settle,
    )


def gone(world: World, uuid: str) -> None:
    """Wait until a mapping is gone."""
    world.limit.until(
        lambda: state(world, uuid) == GONE, "a deleted mapping", world.pace.settle, LOOK_SECONDS
    )


def _recreated(world: World, settings: dict[str, Any]) -> Recreation:
    """Delete a mapping and create it again until that is accepted; it is deleted in the end."""
    old = create(world, **settings)
    world.limit.until(
        lambda: state(world, old) == "Enabled", "a mapping to recreate", world.pace.settle
    )
    delete(world, old)
    functions = world.account.client("lambda", once=True)
    replies: list[Reply] = []
    made: list[str] = []

    def send() -> None:
        tags = {TAG: world.name}
        made.append(functions.create_event_source_mapping(**settings, Tags=tags)["UUID"])

    def accepted() -> bool:
        replies.append(answered("Create", state(world, old), send))
        return bool(made)

    world.limit.until(accepted, "the recreation of a mapping", world.pace.settle, LOOK_SECONDS)
    world.limit.until(
        lambda: state(world, made[0]) == "Enabled", "a recreated mapping", world.pace.settle
    )
    delete(world, made[0])
    gone(world, made[0])
    return Recreation(old, tuple(replies))
