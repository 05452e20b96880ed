"""What must be known of a mapping before it is deleted, so that it can be made again."""

from collections.abc import Iterable, Mapping
from typing import Any

from snapback.faults.mappings.mapping import POSITION, STACK_TAG, create_request, key_of, source_of
from snapback.faults.mappings.reading import (
    configuration,
    iterator_age,
    list_tags,
    neighbour,
    same_source,
    transition,
    unreadable,
)
from snapback.faults.mappings.start_position import TIMESTAMPED, Progress, position
from snapback.model.effects import Check, Step
from snapback.model.records import Target
from snapback.protocol.contract import Captured, Pending, Terms, Unfit


def snapshot(target: Target, terms: Terms) -> Step[Captured | Unfit]:
    """Read a mapping's configuration, tags, siblings and progress, and build its create request."""
    uuid = target.uuid
    config = yield from configuration(uuid, unfit, terms.patience)
    if isinstance(config, Unfit):
        return config
    tags = yield from list_tags(config)
    if not tags.done:
        return Unfit(f"the tags of event source mapping {uuid} cannot be read ({tags})")
    if (owner := tags.body.get("Tags", {}).get(STACK_TAG)) and not terms.allow_managed:
        return Unfit(f"event source mapping {uuid} {managed(owner)}")
    beside = yield from _beside(target, config, terms)
    if isinstance(beside, Unfit):
        return beside
    request = yield from _request(config, tags.body.get("Tags", {}), terms, beside["neighbour"])
    if refusal := (yield from Check("lambda", "CreateEventSourceMapping", request)):
        return Unfit(f"event source mapping {uuid} {unbuildable(refusal)}")
    snapshot = {"config": config, "tags": tags.body.get("Tags", {}), **beside}
    return Captured(key_of(config), snapshot, request)


def _beside(
    target: Target, config: Mapping[str, Any], terms: Terms
) -> Step[dict[str, Any] | Unfit]:
    """Its siblings by key, and one mapping that hides how far it has read if its start asks that.

    Now or at an earlier capture: this experiment may have one away just now. Unfit if another one
    has the same key, as Lambda may allow where the key does not say all.
    """
    present = yield from same_source(config)
    if isinstance(present, Pending):
        return Unfit(f"the mappings beside {target.uuid} cannot be listed ({present.reason})")
    if twin := _twin(config, present):
        return Unfit(
            f"event source mapping {target.uuid} cannot be told from {twin}, which has the same "
            "source and function; choose the fault disable-mappings"
        )
    hidden: str | Pending = target.snapshot.get("neighbour", "")
    if not hidden and terms.resume == "lossless" and source_of(config) in TIMESTAMPED:
        hidden = yield from neighbour(config)
    if isinstance(hidden, Pending):
        return Unfit(f"the mappings beside {target.uuid} cannot be listed ({hidden.reason})")
    siblings = {*map(key_of, present), *target.snapshot.get("siblings", ())} - {key_of(config)}
    return {"siblings": sorted(siblings), "neighbour": hidden}


def _twin(config: Mapping[str, Any], present: Iterable[Mapping[str, Any]]) -> str:
    """The UUID of another mapping of the same key, or an empty string."""
    alike = (each for each in present if key_of(each) == key_of(config))
    others = (each for each in alike if each["UUID"] != config["UUID"])
    return next((str(each["UUID"]) for each in others if each["State"] != "Deleting"), "")


def _request(
    config: Mapping[str, Any], tags: Mapping[str, str], terms: Terms, hidden_by: str
) -> Step[dict[str, Any]]:
    request = create_request(config, tags)
    if terms.resume == "original":
        return request
    age = None if hidden_by else (yield from iterator_age(config, terms.captured_at))
    progress = Progress(terms.captured_at, age, terms.position_margin)
    kept = {k: v for k, v in request.items() if k not in POSITION}
    return kept | position(config, progress)


def unfit(config: Mapping[str, Any], unknown: Iterable[str] = ()) -> str:
    """Why a mapping in this state could not be put back as it was, or an empty string."""
    return transition(config) or unreadable(config, unknown)


def managed(stack_name: str) -> str:
    """Why a mapping that a CloudFormation stack owns is not deleted unless that is asked for."""
    return (
        f"belongs to CloudFormation stack {stack_name}, which would lose it; choose the fault "
        "disable-mappings, or set allow_managed to true if that is what you want"
    )


def unbuildable(refusal: str) -> str:
    """Why a mapping is not deleted whose create request is known to be refused."""
    return (
        f"could not be made again: its create request is not valid ({refusal}); upgrade Snapback, "
        "or choose the fault disable-mappings"
    )
