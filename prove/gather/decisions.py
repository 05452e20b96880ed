"""What a role with a condition on the function may really do, and what IAM's simulation says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError

from prove.evidence import Decision, Decisions
from prove.gather.lives import answered, delete, gone, state
from prove.rows.permissions import DENIED
from prove.world import World

ROLE_SECONDS = 60
"""How long a fresh role may take until it can be assumed and does what it may."""


def decisions(world: World) -> Iterator[Decisions]:
    """Create, update and delete a mapping of the role's function, and of another."""
    probe = as_probe(world)
    crowd, bystander = world.workload["CrowdName"], world.workload["BystanderName"]
    queue = world.workload["SpareQueueArn"]
    own = tuple(_life(world, probe, crowd, queue))
    yield Decisions(own, tuple(_foreign(world, probe, bystander, queue)))


def _foreign(world: World, probe: Any, function: str, queue: str) -> Iterator[Decision]:
    """What should be refused; what is allowed after all is undone."""
    made: list[str] = []

    def create() -> None:
        asked = {"FunctionName": function, "EventSourceArn": queue, "Enabled": False}
        made.append(probe.create_event_source_mapping(**asked)["UUID"])

    yield _decided(world, "lambda:CreateEventSourceMapping", function, create)
    for uuid in made:
        _at_rest(world, uuid)
        delete(world, uuid)
        gone(world, uuid)
    [other, *_] = world.mappings(function)
    size = other["BatchSize"]
    decided = _decided(
        world,
        "lambda:UpdateEventSourceMapping",
        function,
        lambda: probe.update_event_source_mapping(UUID=other["UUID"], BatchSize=size - 1),
    )
    yield decided
    if decided.allowed:
        _at_rest(world, other["UUID"])
        world.aws("lambda").update_event_source_mapping(UUID=other["UUID"], BatchSize=size)
        _at_rest(world, other["UUID"])


def _life(world: World, probe: Any, function: str, queue: str) -> Iterator[Decision]:
    made: list[str] = []

    def create() -> None:
        tags: dict[str, Any] = {"FunctionName": function, "EventSourceArn": queue}
        made.append(probe.create_event_source_mapping(**tags)["UUID"])

    decided = _decided(world, "lambda:CreateEventSourceMapping", function, create)
    yield decided
    if not made:
        return
    uuid = made[0]
    _at_rest(world, uuid)
    yield _decided(
        world,
        "lambda:UpdateEventSourceMapping",
        function,
        lambda: probe.update_event_source_mapping(UUID=uuid, BatchSize=4),
    )
    _at_rest(world, uuid)
    yield _decided(
        world,
        "lambda:DeleteEventSourceMapping",
        function,
        lambda: probe.delete_event_source_mapping(UUID=uuid),
    )
    gone(world, uuid)


def _at_rest(world: World, uuid: str) -> None:
    world.limit.until(
        lambda: state(world, uuid) in ("Enabled", "Disabled"), "a mapping", world.pace.settle
    )


def _decided(world: World, action: str, function: str, send: Callable[[], object]) -> Decision:
    """A call whose first refusal may only mean that a fresh role has not arrived everywhere."""
    simulated = _simulated(world, action, function)
    reply = answered(action, "", send)
    waited = 0
    while simulated and reply.code in DENIED and waited < ROLE_SECONDS:
        world.limit.pause(5)
        waited += 5
        reply = answered(action, "", send)
    return Decision(action, function, simulated, allowed(reply.code), reply.code)


def allowed(code: str) -> bool | None:
    """Whether IAM allowed a call, by the error it was answered with; None is unknown.

    AWS documents no order in which Lambda asks IAM and validates parameters, so that any other
    error than a denial proves nothing.
    """
    if not code:
        return True
    return False if code in DENIED else None


def _simulated(world: World, action: str, function: str) -> bool:
    account = world.account
    arn = f"arn:aws:lambda:{account.region}:{account.account_id}:function:{function}"
    found = world.aws("iam").simulate_principal_policy(
        PolicySourceArn=world.workload["ProbeRoleArn"],
        ActionNames=[action],
        ResourceArns=["*"],
        ContextEntries=[
            {
                "ContextKeyName": "lambda:FunctionArn",
                "ContextKeyValues": [arn],
                "ContextKeyType": "string",
            }
        ],
    )
    return all(each["EvalDecision"] == "allowed" for each in found["EvaluationResults"])


def as_probe(world: World) -> Any:
    """A Lambda client with the role's credentials."""

    def assumed() -> dict[str, Any] | None:
        try:
            found = world.aws("sts").assume_role(
                RoleArn=world.workload["ProbeRoleArn"], RoleSessionName="proof"
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in DENIED:
                raise
            return None
        made: dict[str, Any] = found["Credentials"]
        return made

    keys = world.limit.until(assumed, "the probe's role", ROLE_SECONDS, 5)
    assert keys is not None  # noqa: S101  # `until` answers what is true
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]).client(
        "lambda", region_name=world.account.region, endpoint_url=world.account.endpoint_url
    )
