"""Delete a mapping: what must be known of it before, so that it can be made again, and the call."""

from collections.abc import Iterable, Sequence
from typing import Any

from snapback.faults.mappings.delete.input import Input
from snapback.faults.mappings.looking import sample, sources
from snapback.faults.mappings.mapping import (
    POSITION,
    STACK_TAG,
    create_request,
    key_of,
    lock_of,
)
from snapback.faults.mappings.reading import (
    beside,
    change,
    configuration,
    everything,
    list_tags,
    neighbour,
    transition,
    unreadable,
)
from snapback.faults.mappings.start_position import TIMESTAMPED, lossless
from snapback.model.effects import Check, Document, Step
from snapback.model.records import Target
from snapback.model.steps import done
from snapback.protocol.contract import Breaking, Captured, InForce, Terms, Unfit, View
from snapback.workload.sources import kind_of

__all__ = ["in_force", "inject", "locks", "look", "sample", "snapshot", "sources", "stages"]


def locks(key: str) -> tuple[str, ...]:
    """One lock, shared by the versions and aliases of its function."""
    return (lock_of(key),)


def look(targets: Sequence[Target]) -> Step[View]:
    """Every mapping of the account, where a target is to be read: all that is beside any of them."""
    unread = any(target.status == "reserved" for target in targets)
    return everything() if unread else done(View())


def snapshot(target: Target, terms: Terms, view: View) -> Step[Captured | Unfit]:
    """Read a mapping's configuration, tags, siblings and progress, and build its create request."""
    asked = Input(**terms.experiment.own)
    config = yield from configuration(target.name, unfit, terms.patience)
    if isinstance(config, Unfit):
        return config
    tags = yield from list_tags(config)
    if not tags.done:
        return _unfit(target, f"has tags that cannot be read ({tags})")
    own: dict[str, str] = tags.body.get("Tags", {})
    if (owner := own.get(STACK_TAG)) and not asked.allow_managed:
        return _unfit(target, managed(owner))
    around = _around(target, config, asked, view)
    if isinstance(around, Unfit):
        return around
    request = yield from _request(config, own, asked, terms, around["neighbour"])
    if refusal := (yield from Check("lambda", "CreateEventSourceMapping", request)):
        return _unfit(target, unbuildable(refusal))
    return Captured(key_of(config), {"config": config, "tags": own, **around}, request)


def _unfit(target: Target, what: str) -> Unfit:
    return Unfit(f"event_uuids: event source mapping {target.name} {what}")


def _around(target: Target, config: Document, asked: Input, view: View) -> dict[str, Any] | Unfit:
    """Its siblings by key, and a neighbour that makes its position unknowable, where that counts.

    Now or at an earlier capture: this experiment may have one away just now. Unfit if another one
    has the same key, as Lambda may allow where the key does not say all.
    """
    if view.problem:
        return _unfit(target, f"could not be compared with those beside it: {view.problem}")
    present = beside(config, view.documents)
    if twin := _twin(config, present):
        return _unfit(
            target,
            f"cannot be told from {twin}, which has the same source and function; choose the fault "
            "disable-mappings",
        )
    before = target.snapshot.document
    hidden = before.get("neighbour", "")
    if not hidden and asked.resume == "lossless" and kind_of(config) in TIMESTAMPED:
        hidden = neighbour(config, view.documents)
    siblings = {*map(key_of, present), *before.get("siblings", ())} - {key_of(config)}
    return {"siblings": sorted(siblings), "neighbour": hidden}


def _twin(config: Document, present: Iterable[Document]) -> str:
    """The UUID of another mapping of the same key, or an empty string."""
    alike = (each for each in present if key_of(each) == key_of(config))
    others = (each for each in alike if each["UUID"] != config["UUID"])
    return next((str(each["UUID"]) for each in others if each["State"] != "Deleting"), "")


def _request(
    config: Document, tags: dict[str, str], asked: Input, terms: Terms, hidden_by: str
) -> Step[dict[str, Any]]:
    request = create_request(config, tags)
    if asked.resume == "original":
        return request
    margin = terms.timings.position_margin_seconds
    start = yield from lossless(config, terms.captured_at, margin, hidden_by)
    return {k: v for k, v in request.items() if k not in POSITION} | start


def stages(target: Target) -> tuple[float, ...]:  # noqa: ARG001
    """One change."""
    return (0,)


def inject(target: Target, stage: int, view: View) -> Step[Breaking | Unfit]:  # noqa: ARG001
    """Delete the mapping."""
    return done(Breaking(change("DeleteEventSourceMapping", {"UUID": target.name})))


def in_force(target: Target, stage: int) -> Step[InForce]:  # noqa: ARG001
    """From its acknowledgement on: Lambda stops polling some time after it."""
    return done(InForce(target.injected_at))


def unfit(config: Document, unknown: Iterable[str] = ()) -> str:
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
