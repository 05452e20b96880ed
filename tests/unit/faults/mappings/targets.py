"""Mappings as the targets of an experiment, as the table gives them back."""

from typing import Any

from snapback.faults.mappings.mapping import key_of
from snapback.model.effects import Document
from snapback.model.records import Snapshot, Target
from tests.unit.samples import CONFIGS

NEW_UUID = "99999999-2222-4333-8444-555555555555"


def unread(config: Document = CONFIGS["sqs"]) -> Target:
    """One that is locked and not captured yet."""
    return Target("run", key_of(config), "reserved", str(config["UUID"]))


def target(config: Document, undo: Document, **changes: Any) -> Target:
    """One that was captured, broken, and is being put back.

    `tags`, `siblings`, `neighbour` and `because` are what was captured beside its configuration.
    """
    beside = ("tags", "siblings", "neighbour", "because")
    known = {name: changes.pop(name) for name in beside if name in changes}
    document = {
        "config": config,
        "tags": {},
        "siblings": [],
        "neighbour": "",
        "because": "",
        **known,
    }
    values: dict[str, Any] = {
        "experiment_id": "run",
        "key": key_of(config),
        "name": str(config["UUID"]),
        "status": "restoring",
        "came_from": "injected",
        "snapshot": Snapshot(document, undo, document),
    }
    return Target(**(values | changes))
