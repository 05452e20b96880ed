"""Chaos Toolkit with its extension for AWS: the library deletes, its users write what puts back.

The experiment runs as `chaos run` runs it. The extension has an action that deletes a mapping and a
probe that lists them (the first page); the rollback is a function of the user's own, which Chaos Toolkit
calls in the end.
"""

import logging
import time
from collections.abc import Sequence
from typing import Any

import boto3

from benchmarks.strategies.requests import request_of

LOOK_SECONDS = 5

_MODULE = __name__
_kept: list[dict[str, Any]] = []


def play(uuids: Sequence[str], hold_seconds: int) -> None:
    """Run an experiment whose method deletes the mappings, and whose rollback makes them again."""
    from chaoslib.experiment import run_experiment  # noqa: PLC0415  # installed only to be measured

    logging.getLogger("chaostoolkit").setLevel(logging.CRITICAL)
    logging.getLogger("logzero_default").setLevel(logging.CRITICAL)
    deletions = [_deletion(uuid) for uuid in uuids]
    deletions[-1]["pauses"] = {"after": hold_seconds}
    run_experiment(
        {
            "title": "Without its event sources",
            "description": "the function misses its events",
            "runtime": {"rollbacks": {"strategy": "always"}},
            "method": [_own("keep", {"uuids": [*uuids]}), *deletions],
            "rollbacks": [_own("put_back", {})],
        }
    )


def _deletion(uuid: str) -> dict[str, Any]:
    return {
        "type": "action",
        "name": f"delete {uuid}",
        "provider": {
            "type": "python",
            "module": "chaosaws.awslambda.actions",
            "func": "delete_event_source_mapping",
            "arguments": {"event_uuid": uuid},
        },
    }


def _own(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    provider = {"type": "python", "module": _MODULE, "func": function, "arguments": arguments}
    return {"type": "action", "name": function, "provider": provider}


def keep(uuids: list[str]) -> int:
    """What the user writes first: read each mapping with its tags, and keep it in memory."""
    api = boto3.client("lambda")
    _kept.clear()
    for uuid in uuids:
        config = api.get_event_source_mapping(UUID=uuid)
        tags = api.list_tags(Resource=config["EventSourceMappingArn"])["Tags"]
        _kept.append(request_of(config, tags))
    return len(_kept)


def put_back() -> int:
    """What the user writes last: make each again, and look until it is enabled."""
    api = boto3.client("lambda")
    made = [api.create_event_source_mapping(**each)["UUID"] for each in _kept]
    for uuid in made:
        while api.get_event_source_mapping(UUID=uuid)["State"] != "Enabled":
            time.sleep(LOOK_SECONDS)
    return len(made)
