"""What is on the wire: members of a mapping that the SDK would drop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aws import lambda_model
from prove.evidence import Wire
from prove.world import World


def wire(world: World) -> Iterator[Wire]:
    """Hold the raw answers to Get of every mapping of the workload against the SDK's model."""
    client = world.account.session.client(
        "lambda", region_name=world.account.region, endpoint_url=world.account.endpoint_url
    )
    beside: set[str] = set()
    lambda_model.watch(client)
    client.meta.events.register(
        "before-parse.lambda.GetEventSourceMapping",
        lambda **seen: beside.update(_beside(**seen)),
    )
    refused: set[str] = set()
    uuids = [
        each["UUID"]
        for function in ("ConsumerName", "ChangesName", "FailingName", "ManagedName")
        for each in world.mappings(world.workload[function])
    ]
    for uuid in uuids:
        refused.update(client.get_event_source_mapping(UUID=uuid).get(lambda_model.UNKNOWN, ()))
    yield Wire(len(uuids), tuple(sorted(beside)), tuple(sorted(refused)))


def _beside(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> set[str]:
    """The members of a raw answer that the model of the operation lacks, with their values."""
    known = operation_model.output_shape.members
    raw = json.loads(response_dict["body"])
    return {f"{name}={json.dumps(value)}" for name, value in raw.items() if name not in known}
