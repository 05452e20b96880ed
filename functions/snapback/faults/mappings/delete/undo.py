"""Make a deleted mapping again, as it was.

`docs/protocol.md` says in which order, and why.
"""

import re
from collections.abc import Sequence

from snapback.faults.mappings.belonging import foreign_mapping, foreign_request
from snapback.faults.mappings.by_hand import command
from snapback.faults.mappings.captured import captured, encrypted, original, shown
from snapback.faults.mappings.defaults import with_defaults
from snapback.faults.mappings.mapping import (
    POSITION,
    SETTLED,
    differences,
    key_of,
    missing,
    own_tags,
    satisfies,
)
from snapback.faults.mappings.reading import (
    beside,
    change,
    from_the_sources,
    get,
    hidden,
    list_tags,
    read,
    settings,
    unsettled,
)
from snapback.model.effects import Answer, Document, Outcome, Step
from snapback.model.experiment import Experiment
from snapback.model.records import Target
from snapback.protocol.contract import Pending, Settled, View
from snapback.workload.sources import kind_of

__all__ = ["by_hand", "foreign", "look", "restore", "verify"]

_FILTERS = ("FilterCriteria",)

_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def foreign(target: Target, experiment: Experiment) -> str:
    """Why the recorded request would not make the experiment's own mapping again, or ""."""
    return foreign_mapping(target, experiment) or foreign_request(target.undo, target)


def look(targets: Sequence[Target]) -> Step[View]:
    """What reads the targets' sources."""
    return from_the_sources([captured(each).config for each in targets])


def restore(target: Target, view: View) -> Step[Settled | Pending]:
    """Make the mapping again, unless it never went away or someone else has made one.

    Where it may not have gone away, it is read alone: a list may be older than its delete.
    """
    if not target.surely_broken:
        old = yield from get(target.name)
        if not old.gone:
            return _still_there(old, target)
    if view.problem:
        return Pending(view.problem)
    if listed := view.answers.get(target.name):
        return _not_gone(listed)
    others = beside(captured(target).config, view.documents)
    for config in others:
        if key_of(config) == target.key:
            return (yield from _judge(config["UUID"], target))
    for config in others:
        if key_of(config) not in captured(target).siblings:
            return Settled("conflict", reason=_stranger(config))
    return (yield from _create(target))


def _still_there(old: Answer, target: Target) -> Settled | Pending:
    """What a delete has become that was only announced, where the mapping is not gone."""
    if old.done and old.body["State"] != "Deleting":
        return _survived(old.body, target)
    return _not_gone(old)


def _not_gone(old: Answer) -> Pending:
    return Pending(f"the old mapping is not gone yet ({old.body.get('State', old)})")


def _survived(config: Document, target: Target) -> Settled | Pending:
    """What became of a delete that was only announced, where the mapping is still there.

    Filters that cannot be read just now are left to the verification.
    """
    if config["State"] not in SETTLED:
        return Pending(f"the old mapping is {config['State']}")
    was = captured(target).config
    before, after = settings(was, config), settings(config, was)
    changed = differences(before, after, leaving_out=_FILTERS if hidden(config) else ())
    if changed:
        names = ", ".join(changed)
        return Settled("conflict", reason=f"it was never deleted, and someone changed {names}")
    return Settled("restored", reason="the announced delete never took effect")


def _create(target: Target) -> Step[Settled | Pending]:
    """Make the mapping; AWS may quote encrypted filter criteria in a refusal, which is not told."""
    made = yield from change("CreateEventSourceMapping", target.undo)
    if made.done:
        return Settled("restored", name=made.body["UUID"], acknowledged=True)
    if made.code == "ResourceConflictException":
        named = _UUID.findall(made.message)
        if named and named[-1] != target.name:
            return (yield from _judge(named[-1], target))
    was = "refused" if made.outcome is Outcome.REFUSED else "not confirmed"
    unheard = made.outcome is Outcome.UNKNOWN
    why = made.code if encrypted(target.undo) else made
    return Pending(f"its creation was {was} ({why})", unheard=unheard)


def _judge(uuid: str, target: Target) -> Step[Settled | Pending]:
    """Adopt a mapping that is what the request makes; leave any other to its maker.

    What of it may not be read does not count: the target must close once its mapping is back, and
    the verification tells what could not be compared.
    """
    got = yield from get(uuid)
    if not got.done:
        return Pending(f"the new mapping {uuid} cannot be read ({got})")
    if got.body["State"] == "Deleting":
        return Pending(f"mapping {uuid}, made meanwhile, is being deleted")
    tags = yield from list_tags(got.body)
    if not tags.done and (tags.gone or tags.outcome is not Outcome.REFUSED):
        return Pending(f"the tags of the new mapping {uuid} cannot be read ({tags})")
    asked = target.undo.get("Tags", {})
    kept = own_tags(tags.body.get("Tags", {})) if tags.done else asked
    if kept == asked and satisfies(got.body, _readable(target.undo, got.body)):
        return Settled("restored", name=uuid)
    return Settled("conflict", reason=_stranger(got.body))


def _readable(request: Document, config: Document) -> Document:
    """A request without what cannot be read of the mapping that it is compared with."""
    left_out = _FILTERS if hidden(config) else ()
    return {name: value for name, value in request.items() if name not in left_out}


def _stranger(config: Document) -> str:
    return (
        f"someone made mapping {config['UUID']} for {config['FunctionArn']} meanwhile; it was left "
        "as it is: delete it and make the recorded request by hand if it is not what you want"
    )


def verify(target: Target, view: View) -> Step[Document | Pending]:
    """Compare the mapping's every setting and tag with the snapshot; only its identity may differ.

    Answers `{equal, fields, differences, position, lost_tags, unknown}`, where `position` says how
    the starting position differs on purpose, and `unknown` names what this version cannot compare.
    """
    got = yield from read(target.live_name, view)
    if got.gone:
        return missing(target.name)
    if reason := unsettled(target.live_name, got):
        return Pending(reason)
    if reason := hidden(got.body):
        return Pending(f"mapping {target.live_name} {reason}")
    tags = yield from _tags(target, got.body)
    if isinstance(tags, Pending):
        return tags
    return {**_compared(target, got.body, tags), "unknown": list(got.unknown)}


def _tags(target: Target, config: Document) -> Step[dict[str, str] | Pending]:
    """The tags of the mapping: those that were sent, if the request that made it was acknowledged."""
    if target.acknowledged:
        return dict(target.undo.get("Tags", {}))
    tags = yield from list_tags(config)
    if not tags.done:
        return Pending(f"the tags of mapping {target.live_name} cannot be read ({tags})")
    return dict(tags.body.get("Tags", {}))


def _compared(target: Target, config: Document, new_tags: dict[str, str]) -> Document:
    was, kind = original(target), kind_of(config)
    old, new = settings(was.config, config), settings(config, was.config)
    before = {**with_defaults(old, kind), "Tags": own_tags(was.tags)}
    after = {**with_defaults(new, kind), "Tags": own_tags(new_tags)}
    changed = differences(before, after, leaving_out=POSITION)
    return {
        "equal": not changed,
        "fields": sorted({*before, *after} - {*POSITION}),
        "differences": shown(changed, target),
        "position": {k: v for k, v in differences(before, after).items() if k in POSITION},
        "lost_tags": sorted(set(was.tags) - set(new_tags)),
    }


def by_hand(target: Target) -> str:
    """The command that makes the mapping again."""
    return command(target, "create")
