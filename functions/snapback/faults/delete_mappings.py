"""Delete an event source mapping, and make it again as it was.

The order of the restore and the reasons for it are the restore protocol's (docs/protocol.md).
"""

import re
from collections.abc import Mapping
from typing import Any

from snapback.effects import Answer, Call, Outcome, Step
from snapback.faults.contract import Captured, Pending, Settled, Terms, Unfit
from snapback.mappings import (
    POSITION,
    READ_ONLY,
    SETTLED,
    create_request,
    differences,
    key_of,
    own_tags,
    satisfies,
    source_of,
    unqualified,
)
from snapback.records import Target
from snapback.resume import TIMESTAMPED, Progress, position

_ITERATOR_AGE_WINDOW_SECONDS = 900
_STACK_TAG = "aws:cloudformation:stack-name"
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def snapshot(uuid: str, terms: Terms) -> Step[Captured | Unfit]:
    """Read a mapping's configuration, tags, siblings and progress, and build its create request."""
    got: Answer = yield _get(uuid)
    if not got.done:
        return Unfit(f"event source mapping {uuid} cannot be read ({got})")
    config = got.body
    if reason := unfit(config):
        return Unfit(f"event source mapping {uuid} {reason}")
    tags: Answer = yield _tags(config)
    if not tags.done:
        return Unfit(f"the tags of event source mapping {uuid} cannot be read ({tags})")
    if (owner := tags.body.get("Tags", {}).get(_STACK_TAG)) and not terms.allow_managed:
        return Unfit(
            f"event source mapping {uuid} belongs to CloudFormation stack {owner}, which would lose "
            "it; set allow_managed to true if that is what you want"
        )
    siblings = yield from _same_source(config)
    if isinstance(siblings, Pending):
        return Unfit(f"the mappings beside {uuid} cannot be listed ({siblings.reason})")
    request = create_request(config, tags.body.get("Tags", {}))
    if terms.resume == "lossless":
        age = yield from _iterator_age(config, terms.captured_at)
        progress = Progress(terms.captured_at, age, terms.position_margin)
        request = {k: v for k, v in request.items() if k not in POSITION}
        request |= position(config, progress)
    snapshot = {
        "config": config,
        "tags": tags.body.get("Tags", {}),
        "siblings": sorted({key_of(each) for each in siblings} - {key_of(config)}),
    }
    return Captured(key_of(config), snapshot, request)


def unfit(config: Mapping[str, Any]) -> str:
    """Why a mapping in this state could not be put back as it was, or an empty string."""
    if config["State"] not in SETTLED:
        return f"is {config['State']}; wait until it is Enabled or Disabled"
    if config.get("FilterCriteriaError"):
        return "has filter criteria that cannot be read; grant kms:Decrypt on its key"
    if config.get("KMSKeyArn") and not config.get("FilterCriteria"):
        return "has encrypted filter criteria that cannot be read; grant kms:Decrypt on its key"
    return ""


def inject(target: Target) -> Call:
    """Delete the mapping."""
    return Call("lambda", "DeleteEventSourceMapping", {"UUID": target.uuid})


def restore(target: Target) -> Step[Settled | Pending]:
    """Make the mapping again, unless it never went away or someone else made one."""
    old: Answer = yield _get(target.uuid)
    if old.done and old.body["State"] != "Deleting" and target.came_from == "injecting":
        return _survived(old.body, target)
    if not old.gone:
        return Pending(f"the old mapping is not gone yet ({old.body.get('State', old)})")
    present = yield from _same_source(target.snapshot["config"])
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


def _survived(config: Mapping[str, Any], target: Target) -> Settled | Pending:
    if config["State"] not in SETTLED:
        return Pending(f"the old mapping is {config['State']}")
    changed = differences(_settings(target.snapshot["config"]), _settings(config))
    if changed:
        names = ", ".join(changed)
        return Settled("conflict", reason=f"it was never deleted, and someone changed {names}")
    return Settled("restored", reason="the announced delete never took effect")


def _create(target: Target) -> Step[Settled | Pending]:
    made: Answer = yield Call("lambda", "CreateEventSourceMapping", target.request)
    if made.done:
        return (yield from _judge(made.body["UUID"], target))
    if made.code == "ResourceConflictException":
        named = _UUID.search(made.message)
        if named and named.group() != target.uuid:
            return (yield from _judge(named.group(), target))
    sure = "refused" if made.outcome is Outcome.REFUSED else "not confirmed"
    return Pending(f"its creation was {sure} ({made})")


def _judge(uuid: str, target: Target) -> Step[Settled | Pending]:
    """Adopt a mapping that is what the request makes; leave any other to whoever made it."""
    got: Answer = yield _get(uuid)
    if not got.done:
        return Pending(f"the new mapping {uuid} cannot be read ({got})")
    if got.body["State"] == "Deleting":
        return Pending(f"mapping {uuid}, made meanwhile, is being deleted")
    tags: Answer = yield _tags(got.body)
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
    got: Answer = yield _get(target.live_uuid)
    if got.gone:
        missing = {"UUID": {"before": target.uuid, "after": None}}
        return {"equal": False, "fields": [], "differences": missing}
    if not got.done or got.body["State"] not in SETTLED:
        return Pending(f"mapping {target.live_uuid} is not settled ({got.body.get('State', got)})")
    tags: Answer = yield _tags(got.body)
    if not tags.done:
        return Pending(f"the tags of mapping {target.live_uuid} cannot be read ({tags})")
    old_tags, new_tags = target.original["tags"], tags.body.get("Tags", {})
    before = _settings(target.original["config"]) | {"Tags": own_tags(old_tags)}
    after = _settings(got.body) | {"Tags": own_tags(new_tags)}
    changed = differences(before, after, leaving_out=POSITION)
    return {
        "equal": not changed,
        "fields": sorted({*before, *after} - {*POSITION}),
        "differences": changed,
        "position": {k: v for k, v in differences(before, after).items() if k in POSITION},
        "lost_tags": sorted(set(old_tags) - set(new_tags)),
    }


def _settings(config: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in config.items() if k not in READ_ONLY}
    return kept | {"FunctionArn": config["FunctionArn"], "State": config["State"]}


def describe(target: Target) -> list[str]:
    """The delete, the request that undoes it, where it resumes, and what cannot come back."""
    config, request = target.snapshot["config"], target.request
    source = config.get("EventSourceArn", "its Kafka brokers")
    start = request.get("StartingPosition")
    since = request.get("StartingPositionTimestamp")
    lines = [
        f"Delete event source mapping {target.uuid} ({source} to {config['FunctionArn']}).",
        f"Recreate it with exactly this request: {dict(request)}",
    ]
    if start:
        exactly = f" {since} (epoch seconds)" if since else ""
        lines.append(f"The new mapping starts to read at {start}{exactly}.")
    if source_of(config) == "dynamodb":
        lines.append(
            "Every record still in the DynamoDB stream is handled once more: expect up to 24 hours "
            "of duplicates."
        )
    lost = [name for name in target.snapshot["tags"] if name.lower().startswith("aws:")]
    lines.append("Lost for good: " + ", ".join(["its UUID", "its ARN", *lost]) + ".")
    return lines


def _get(uuid: str) -> Call:
    return Call("lambda", "GetEventSourceMapping", {"UUID": uuid})


def _tags(config: Mapping[str, Any]) -> Call:
    return Call("lambda", "ListTags", {"Resource": config["EventSourceMappingArn"]})


def _same_source(config: Mapping[str, Any]) -> Step[list[Mapping[str, Any]] | Pending]:
    """Every mapping from the same source to any version or alias of the same function."""
    function = unqualified(config["FunctionArn"])
    source = config.get("EventSourceArn")
    params = {"EventSourceArn": source} if source else {"FunctionName": function}
    found: list[Mapping[str, Any]] = []
    while True:
        page: Answer = yield Call("lambda", "ListEventSourceMappings", params)
        if not page.done:
            return Pending(f"the mappings of {source or function} cannot be listed ({page})")
        found += page.body["EventSourceMappings"]
        if not page.body.get("NextMarker"):
            return [each for each in found if _reads_the_same(each, config)]
        params = {**params, "Marker": page.body["NextMarker"]}


def _reads_the_same(config: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    anyone = {"FunctionArn": unqualified(other["FunctionArn"])}
    same_function = unqualified(config["FunctionArn"]) == anyone["FunctionArn"]
    return same_function and key_of({**config, **anyone}) == key_of({**other, **anyone})


def _iterator_age(config: Mapping[str, Any], at: float) -> Step[float | None]:
    """The greatest iterator age of the last 15 minutes in seconds; None where there is no data."""
    if source_of(config) not in TIMESTAMPED:
        return None
    name = unqualified(config["FunctionArn"]).rsplit(":", 1)[1]
    metric = {
        "Namespace": "AWS/Lambda",
        "MetricName": "IteratorAge",
        "Dimensions": [{"Name": "FunctionName", "Value": name}],
    }
    stat = {"Metric": metric, "Period": 60, "Stat": "Maximum"}
    answer: Answer = yield Call(
        "cloudwatch",
        "GetMetricData",
        {
            "MetricDataQueries": [{"Id": "age", "MetricStat": stat}],
            "StartTime": at - _ITERATOR_AGE_WINDOW_SECONDS,
            "EndTime": at,
        },
    )
    results = answer.body.get("MetricDataResults", [])
    values = [value for each in results for value in each["Values"]]
    return max(values) / 1000 if values else None
