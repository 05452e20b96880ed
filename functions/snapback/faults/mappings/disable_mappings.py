"""Disable an event source mapping, and enable it again if it was.

It keeps its UUID, its checkpoint and its owner. An update has no compare-and-set: what someone else
changed meanwhile is kept, because only `Enabled` is ever sent, and always.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from snapback.faults.mappings.mapping import SETTLED, differences, key_of
from snapback.faults.mappings.reading import (
    change,
    configuration,
    get,
    hidden,
    settings,
    transition,
)
from snapback.model.effects import Call, Outcome, Step
from snapback.model.records import Target
from snapback.protocol.contract import Captured, Pending, Settled, Terms, Unfit


def unfit(config: Mapping[str, Any], unknown: Iterable[str] = ()) -> str:  # noqa: ARG001
    """Only a mapping in transition: settings that cannot be read are never written."""
    return transition(config)


def snapshot(target: Target, terms: Terms) -> Step[Captured | Unfit]:
    """Read a mapping's configuration; the request that restores it names only its state."""
    config = yield from configuration(target.uuid, unfit, terms.patience)
    if isinstance(config, Unfit):
        return config
    request = {"UUID": target.uuid, "Enabled": config["State"] == "Enabled"}
    return Captured(key_of(config), {"config": config, "tags": {}}, request)


def inject(target: Target) -> Call:
    """Disable the mapping; one that is Disabled stays so."""
    return _update({"UUID": target.uuid, "Enabled": False})


def restore(target: Target) -> Step[Settled | Pending]:
    """Give the mapping its state back, unless someone enabled or deleted it meanwhile.

    A mapping that is shown Enabled is enabled all the same: soon after the fault a read may still
    answer what was there before.
    """
    got = yield from get(target.uuid)
    if got.gone:
        return _deleted(target)
    if not got.done or got.body["State"] not in SETTLED:
        return Pending(f"mapping {target.uuid} is not settled ({got.body.get('State', got)})")
    if not target.request["Enabled"]:
        return _still_disabled(target, got.body)
    updated = yield from _update(target.request)
    if updated.done:
        return Settled("restored", new_uuid=target.uuid)
    if updated.gone:
        return _deleted(target)
    return Pending(f"it could not be enabled yet ({updated})", updated.outcome is Outcome.UNKNOWN)


def _update(params: Mapping[str, Any]) -> Call:
    return change("UpdateEventSourceMapping", params)


def _deleted(target: Target) -> Settled:
    return Settled(
        "conflict", reason=f"someone deleted mapping {target.uuid} meanwhile; it is not made again"
    )


def _still_disabled(target: Target, config: Mapping[str, Any]) -> Settled:
    if config["State"] == "Disabled":
        return Settled("restored", new_uuid=target.uuid)
    reason = f"mapping {target.uuid} was Disabled, and someone enabled it meanwhile; it stays so"
    return Settled("conflict", reason=reason)


def verify(target: Target) -> Step[Mapping[str, Any] | Pending]:
    """Compare the mapping's every setting, its position included, with the snapshot.

    Answers `{equal, fields, differences}`.
    """
    got = yield from get(target.uuid)
    if got.gone:
        missing = {"UUID": {"before": target.uuid, "after": None}}
        return {"equal": False, "fields": [], "differences": missing}
    if not got.done or got.body["State"] not in SETTLED:
        return Pending(f"mapping {target.uuid} is not settled ({got.body.get('State', got)})")
    if hidden(got.body) and not hidden(target.original["config"]):
        return Pending(f"mapping {target.uuid} {hidden(got.body)}")
    before, after = settings(target.original["config"]), settings(got.body)
    changed = differences(before, after)
    return {"equal": not changed, "fields": sorted({*before, *after}), "differences": changed}


def describe(target: Target, now: float) -> Step[list[str]]:  # noqa: ARG001
    """The disabling, and what becomes of it."""
    config = target.snapshot["config"]
    source = config.get("EventSourceArn", "its Kafka brokers")
    mapping = f"event source mapping {target.uuid} ({source} to {config['FunctionArn']})"
    yield from ()
    if config["State"] == "Disabled":
        return [f"Leave {mapping} Disabled, as it is."]
    return [
        f"Disable {mapping}.",
        "Enable it again: it goes on where it stopped, and loses nothing.",
        "Its UUID, its checkpoint, its tags and its owner stay.",
    ]
