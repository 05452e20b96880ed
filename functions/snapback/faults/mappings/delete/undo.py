"""Make a deleted mapping again, as it was.

`docs/protocol.md` says in which order, and why.
"""

import re

from snapback.faults.mappings.belonging import foreign_mapping, foreign_request
from snapback.faults.mappings.by_hand import command
from snapback.faults.mappings.captured import captured, encrypted, original, shown
from snapback.faults.mappings.defaults import with_defaults
from snapback.faults.mappings.mapping import (
    POSITION,
    SETTLED,
    differences,
    key_of,
    own_tags,
    satisfies,
)
from snapback.faults.mappings.reading import (
    change,
    get,
    hidden,
    list_tags,
    same_source,
    settings,
)
from snapback.faults.mappings.verifying import look, missing, read
from snapback.model.effects import Document, Outcome, Step
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


def restore(target: Target) -> Step[Settled | Pending]:
    """Make the mapping again, unless it never went away or someone else has made one."""
    old = yield from get(target.name)
    if old.done and old.body["State"] != "Deleting" and not target.surely_broken:
        return _survived(old.body, target)
    if not old.gone:
        return Pending(f"the old mapping is not gone yet ({old.body.get('State', old)})")
    present = yield from same_source(captured(target).config)
    if isinstance(present, Pending):
        return present
    others = [config for config in present if config["UUID"] != target.name]
    for config in others:
        if key_of(config) == target.key:
            return (yield from _judge(config["UUID"], target))
    for config in others:
        if key_of(config) not in captured(target).siblings:
            return Settled("conflict", reason=_stranger(config))
    return (yield from _create(target))


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
        return Settled("restored", name=made.body["UUID"])
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
    got = yield from read(target, view)
    if isinstance(got, Pending):
        return got
    if got.gone:
        return missing(target)
    if reason := hidden(got.body):
        return Pending(f"mapping {target.live_name} {reason}")
    tags = yield from list_tags(got.body)
    if not tags.done:
        return Pending(f"the tags of mapping {target.live_name} cannot be read ({tags})")
    return {**_compared(target, got.body, tags.body.get("Tags", {})), "unknown": list(got.unknown)}


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
