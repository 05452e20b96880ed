"""Delete an event source mapping, and make it again as it was.

The order of the restore and the reasons for it are the restore protocol's (docs/protocol.md).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from snapback.faults.mappings import replay
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
    list_tags,
    same_source,
    settings,
    unreadable,
)
from snapback.faults.mappings.remaking import snapshot, unfit
from snapback.model.effects import Answer, Call, Outcome, Step
from snapback.model.records import Target
from snapback.protocol.contract import Pending, Settled

__all__ = ["describe", "inject", "restore", "snapshot", "unfit", "verify"]

_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def inject(target: Target) -> Call:
    """Delete the mapping."""
    return change("DeleteEventSourceMapping", {"UUID": target.uuid})


def restore(target: Target) -> Step[Settled | Pending]:
    """Make the mapping again, unless it never went away or someone else made one."""
    old = yield from get(target.uuid)
    if old.done and old.body["State"] != "Deleting" and target.came_from == "injecting":
        return _survived(old, target)
    if not old.gone:
        return Pending(f"the old mapping is not gone yet ({old.body.get('State', old)})")
    present = yield from same_source(target.snapshot["config"])
    if isinstance(present, Pending):
        return present
    others = [config for config in present if config["UUID"] != target.uuid]
    for config in others:
        if key_of(config) == target.key:
            return (yield from _judge(config["UUID"], target))
    for config in others:
        if key_of(config) not in target.snapshot["siblings"]:
            return Settled("conflict", reason=_stranger(config))
    return (yield from _create(target))


def _survived(got: Answer, target: Target) -> Settled | Pending:
    config = got.body
    if config["State"] not in SETTLED:
        return Pending(f"the old mapping is {config['State']}")
    if reason := unreadable(config, got.unknown):
        return Pending(f"the old mapping {reason}")
    changed = differences(settings(target.snapshot["config"]), settings(config))
    if changed:
        names = ", ".join(changed)
        return Settled("conflict", reason=f"it was never deleted, and someone changed {names}")
    return Settled("restored", reason="the announced delete never took effect")


def _create(target: Target) -> Step[Settled | Pending]:
    made = yield from change("CreateEventSourceMapping", target.request)
    if made.done:
        return (yield from _judge(made.body["UUID"], target))
    if made.code == "ResourceConflictException":
        named = _UUID.findall(made.message)
        if named and named[-1] != target.uuid:
            return (yield from _judge(named[-1], target))
    sure = "refused" if made.outcome is Outcome.REFUSED else "not confirmed"
    return Pending(f"its creation was {sure} ({made})", made.outcome is Outcome.UNKNOWN)


def _judge(uuid: str, target: Target) -> Step[Settled | Pending]:
    """Adopt a mapping that is what the request makes; leave any other to whoever made it."""
    got = yield from get(uuid)
    if not got.done:
        return Pending(f"the new mapping {uuid} cannot be read ({got})")
    if got.body["State"] == "Deleting":
        return Pending(f"mapping {uuid}, made meanwhile, is being deleted")
    if reason := unreadable(got.body, got.unknown):
        return Pending(f"the new mapping {uuid} {reason}")
    tags = yield from list_tags(got.body)
    if not tags.done:
        return Pending(f"the tags of the new mapping {uuid} cannot be read ({tags})")
    kept = own_tags(tags.body.get("Tags", {}))
    if satisfies(got.body, target.request) and kept == target.request.get("Tags", {}):
        return Settled("restored", new_uuid=uuid)
    return Settled("conflict", reason=_stranger(got.body))


def _stranger(config: Mapping[str, Any]) -> str:
    return (
        f"someone made mapping {config['UUID']} for {config['FunctionArn']} meanwhile; it was left "
        "as it is: delete it and make the recorded request by hand if it is not what you want"
    )


def verify(target: Target) -> Step[Mapping[str, Any] | Pending]:
    """Compare the mapping's every setting and tag with the snapshot; only its identity may differ.

    Answers `{equal, fields, differences, position, lost_tags}`, where `position` says how the
    starting position differs on purpose.
    """
    got = yield from get(target.live_uuid)
    if got.gone:
        missing = {"UUID": {"before": target.uuid, "after": None}}
        return {"equal": False, "fields": [], "differences": missing}
    if not got.done or got.body["State"] not in SETTLED:
        return Pending(f"mapping {target.live_uuid} is not settled ({got.body.get('State', got)})")
    if reason := unreadable(got.body, got.unknown):
        return Pending(f"mapping {target.live_uuid} {reason}")
    tags = yield from list_tags(got.body)
    if not tags.done:
        return Pending(f"the tags of mapping {target.live_uuid} cannot be read ({tags})")
    old_tags, new_tags = target.original["tags"], tags.body.get("Tags", {})
    before = settings(target.original["config"]) | {"Tags": own_tags(old_tags)}
    after = settings(got.body) | {"Tags": own_tags(new_tags)}
    changed = differences(before, after, leaving_out=POSITION)
    return {
        "equal": not changed,
        "fields": sorted({*before, *after} - {*POSITION}),
        "differences": changed,
        "position": {k: v for k, v in differences(before, after).items() if k in POSITION},
        "lost_tags": sorted(set(old_tags) - set(new_tags)),
    }


def describe(target: Target, now: float) -> Step[list[str]]:
    """The delete, the request that undoes it, where it resumes, and what cannot come back."""
    config, request = target.snapshot["config"], target.request
    source = config.get("EventSourceArn", "its Kafka brokers")
    lost = [name for name in target.snapshot["tags"] if name.lower().startswith("aws:")]
    if request.get("StartingPosition"):
        lost = ["its checkpoint", *lost]
    why = replay.why(config, request, target.snapshot.get("neighbour", ""))
    return [
        f"Delete event source mapping {target.uuid} ({source} to {config['FunctionArn']}).",
        f"Recreate it with exactly this request: {json.dumps(request)}",
        replay.start(config, request),
        (yield from replay.duplicates(config, request, now)),
        *([why] if why else []),
        "Lost for good: " + ", ".join(["its UUID", "its ARN", *lost]) + ".",
    ]
