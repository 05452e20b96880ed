"""Delete a mapping, once all that makes it again is captured."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from snapback.faults.mappings.captured import CapturedMapping, captured
from snapback.faults.mappings.delete.input import Input
from snapback.faults.mappings.delete.refusals import managed, refuse, unbuildable
from snapback.faults.mappings.iterator_age import neighbour
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
    unfit,
)
from snapback.faults.mappings.sampling import sample, sources
from snapback.faults.mappings.start_position import TIMESTAMPED, Start, lossless
from snapback.model.effects import Check, Document, Step
from snapback.model.records import Target
from snapback.model.steps import done
from snapback.protocol.contract import Breaking, Captured, InForce, Pending, Terms, Unfit, View
from snapback.workload.sources import kind_of

__all__ = ["in_force", "inject", "locks", "look", "sample", "snapshot", "sources", "stages"]


def locks(key: str) -> tuple[str, ...]:
    """One lock, shared by the versions and aliases of its function."""
    return (lock_of(key),)


def look(targets: Sequence[Target]) -> Step[View]:
    """Every mapping of the account, if any target is to be captured: what is beside it counts."""
    uncaptured = any(target.status == "reserved" for target in targets)
    return everything() if uncaptured else done(View())


def snapshot(target: Target, terms: Terms, view: View) -> Step[Captured | Unfit | Pending]:
    """Read a mapping's configuration, tags, siblings and progress, and build its create request."""
    asked = Input(**terms.experiment.own)
    config = yield from configuration(target.name, refuse, view)
    if isinstance(config, Unfit | Pending):
        return config
    answer = yield from list_tags(config)
    if not answer.done:
        return unfit(target.name, f"has tags that cannot be read ({answer})")
    tags: dict[str, str] = answer.body.get("Tags", {})
    if (stack := tags.get(STACK_TAG)) and not asked.allow_managed:
        return unfit(target.name, managed(stack))
    if problem := _indistinct(config, view):
        return unfit(target.name, problem)
    found = _with_what_is_beside(config, tags, captured(target), asked, view)
    start = yield from _start(found, asked, terms)
    request = create_request(config, tags)
    if start is not None:
        found = replace(found, because=start.because)
        kept = {k: v for k, v in request.items() if k not in POSITION}
        request = {**kept, **start.position}
    if problem := (yield from Check("lambda", "CreateEventSourceMapping", request)):
        return unfit(target.name, unbuildable(problem))
    return Captured(key_of(config), found.document(), request)


def _indistinct(config: Document, view: View) -> str:
    """Why a mapping cannot be told from another one, or an empty string.

    Lambda may allow two mappings of one key where the key does not say all.
    """
    if view.problem:
        return f"could not be compared with those beside it: {view.problem}"
    if twin := _twin(config, view.documents):
        return (
            f"cannot be told from {twin}, which has the same source and function; choose the fault "
            "disable-mappings"
        )
    return ""


def _twin(config: Document, others: Iterable[Document]) -> str:
    """The UUID of another mapping of the same key, or an empty string."""
    twins = (
        str(each["UUID"])
        for each in beside(config, others)
        if each["UUID"] != config["UUID"]
        and key_of(each) == key_of(config)
        and each["State"] != "Deleting"
    )
    return next(twins, "")


def _with_what_is_beside(
    config: Document, tags: dict[str, str], before: CapturedMapping, asked: Input, view: View
) -> CapturedMapping:
    """The mapping with its siblings, and with a neighbour where its start depends on its progress.

    What an earlier capture found counts too: this experiment may have just deleted it.
    """
    present = {key_of(each) for each in beside(config, view.documents)}
    hidden_by = before.neighbour
    if not hidden_by and asked.resume == "lossless" and kind_of(config) in TIMESTAMPED:
        hidden_by = neighbour(config, view.documents)
    siblings = (present | set(before.siblings)) - {key_of(config)}
    return CapturedMapping(config, tags, tuple(sorted(siblings)), hidden_by)


def _start(found: CapturedMapping, asked: Input, terms: Terms) -> Step[Start | None]:
    """Where the new mapping starts; None if that is where this one did."""
    if asked.resume == "original":
        return None
    margin = terms.timings.position_margin_seconds
    return (yield from lossless(found.config, terms.captured_at, margin, found.neighbour))


def stages(target: Target) -> tuple[float, ...]:  # noqa: ARG001
    """One change."""
    return (0,)


def inject(target: Target, stage: int, view: View) -> Step[Breaking | Unfit]:  # noqa: ARG001
    """Delete the mapping."""
    return done(Breaking(change("DeleteEventSourceMapping", {"UUID": target.name})))


def in_force(target: Target, stage: int) -> Step[InForce]:  # noqa: ARG001
    """From its acknowledgement on: when Lambda stops polling after that, nothing tells."""
    return done(InForce(target.injected_at))
