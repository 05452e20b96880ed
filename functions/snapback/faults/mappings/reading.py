"""What the faults on event source mappings read: the mapping, its tags, its siblings, its progress."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from snapback.faults.mappings.mapping import READ_ONLY, SETTLED, key_of, source_of, unqualified
from snapback.faults.mappings.start_position import AGE_WINDOW_SECONDS, TIMESTAMPED
from snapback.model.effects import Answer, Call, Step, Wait
from snapback.protocol.contract import Pending, Unfit

_LOOK_AGAIN_SECONDS = 2

AGED = ("kinesis", "dynamodb", "documentdb")
"""Sources whose iterator age Lambda publishes: one value for all mappings of a function, whatever
version or alias they feed."""

Refuse = Callable[[Mapping[str, Any], Iterable[str]], str]
"""Why a configuration, with the members of it that are not known, is not taken; or nothing."""


NOT_FOUND = ("ResourceNotFoundException",)
"""What Lambda answers of a mapping, a function or a tagged thing that does not exist."""

IN_TRANSITION = ("ResourceInUseException",)
"""What Lambda answers a change of a mapping that another change is still under way on."""


def get(uuid: str) -> Call:
    """The mapping itself."""
    return Call("lambda", "GetEventSourceMapping", {"UUID": uuid}, gone=NOT_FOUND)


def change(operation: str, params: Mapping[str, Any]) -> Call:
    """One change of a mapping: its creation, its update or its deletion."""
    return Call("lambda", operation, params, changes=True, busy=IN_TRANSITION, gone=NOT_FOUND)


def list_tags(config: Mapping[str, Any]) -> Call:
    """Its tags."""
    return Call("lambda", "ListTags", {"Resource": config["EventSourceMappingArn"]})


def configuration(uuid: str, refuse: Refuse, patience: float) -> Step[Mapping[str, Any] | Unfit]:
    """A mapping's configuration, unless it cannot be read or `refuse` says why it is not taken.

    One in transition is read again for so many seconds.
    """
    got = yield from get(uuid)
    while patience > 0 and got.done and got.body["State"] not in SETTLED:
        yield from Wait(_LOOK_AGAIN_SECONDS)
        patience -= _LOOK_AGAIN_SECONDS
        got = yield from get(uuid)
    if not got.done:
        return Unfit(f"event source mapping {uuid} cannot be read ({got})")
    if reason := refuse(got.body, got.unknown):
        return Unfit(f"event source mapping {uuid} {reason}")
    return got.body


def transition(config: Mapping[str, Any]) -> str:
    """Why a mapping cannot be taken in the state it is in, or an empty string."""
    settled = config["State"] in SETTLED
    return "" if settled else f"is {config['State']}; wait until it is Enabled or Disabled"


def unreadable(config: Mapping[str, Any], unknown: Iterable[str] = ()) -> str:
    """Why a mapping could not be remade from what is read of it, or an empty string."""
    if fields := ", ".join(unknown):
        return f"has settings that this version does not know ({fields}); upgrade Snapback"
    return hidden(config)


def hidden(config: Mapping[str, Any]) -> str:
    """Why the filter criteria of a mapping are not in what is read of it, or an empty string."""
    missing = config.get("KMSKeyArn") and not config.get("FilterCriteria")
    if missing or config.get("FilterCriteriaError"):
        key = config.get("KMSKeyArn") or "its key"
        return f"has filter criteria that cannot be read; grant kms:Decrypt on {key}"
    return ""


def settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """What must be equal afterwards: every setting, the function and the state."""
    kept = {k: v for k, v in config.items() if k not in READ_ONLY}
    return kept | {"FunctionArn": config["FunctionArn"], "State": config["State"]}


def same_source(config: Mapping[str, Any]) -> Step[list[Mapping[str, Any]] | Pending]:
    """Every mapping from the same source to any version or alias of the same function."""
    function = unqualified(config["FunctionArn"])
    source = config.get("EventSourceArn")
    params = {"EventSourceArn": source} if source else {"FunctionName": function}
    found: list[Mapping[str, Any]] = []
    while True:
        page = yield from Call("lambda", "ListEventSourceMappings", params)
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


def neighbour(config: Mapping[str, Any]) -> Step[str | Pending]:
    """Another mapping whose iterator ages are told with this one's, by UUID; or an empty string.

    First those of the same qualifier are listed, then all there are: a list by function name may
    leave out the mappings of its aliases.
    """
    if source_of(config) not in AGED:
        return ""
    for asked in ({"FunctionName": config["FunctionArn"]}, {}):
        params: dict[str, Any] = dict(asked)
        while True:
            page = yield from Call("lambda", "ListEventSourceMappings", params)
            if not page.done:
                return Pending(f"the mappings of its function cannot be listed ({page})")
            listed = page.body["EventSourceMappings"]
            if found := next((each for each in listed if _shares_age(config, each)), None):
                return str(found["UUID"])
            if not page.body.get("NextMarker"):
                break
            params = {**params, "Marker": page.body["NextMarker"]}
    return ""


def _shares_age(config: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if other["UUID"] == config["UUID"] or source_of(other) not in AGED:
        return False
    return unqualified(other["FunctionArn"]) == unqualified(config["FunctionArn"])


def iterator_age(config: Mapping[str, Any], at: float) -> Step[float | None]:
    """How far behind it may be, in seconds, by the ages of the last 15 minutes; None without data.

    The greatest age, as of the newest of them: what has been read since then nobody knows. A
    mapping that is disabled, or whose function is throttled, falls behind without any new age.
    """
    if source_of(config) not in TIMESTAMPED:
        return None
    answer = yield from ages(config["FunctionArn"], at)
    return greatest_age(answer, at)


def ages(function_arn: str, at: float) -> Call:
    """The iterator ages of a function's mappings, in the last 15 minutes."""
    name = unqualified(function_arn).rsplit(":", 1)[1]
    metric = {
        "Namespace": "AWS/Lambda",
        "MetricName": "IteratorAge",
        "Dimensions": [{"Name": "FunctionName", "Value": name}],
    }
    stat = {"Metric": metric, "Period": 60, "Stat": "Maximum"}
    return Call(
        "cloudwatch",
        "GetMetricData",
        {
            "MetricDataQueries": [{"Id": "age", "MetricStat": stat}],
            "StartTime": at - AGE_WINDOW_SECONDS,
            "EndTime": at,
        },
    )


def greatest_age(answer: Answer, at: float) -> float | None:
    """The greatest of them, as of the newest, in seconds; None without data."""
    results = answer.body.get("MetricDataResults", [])
    values = [value for each in results for value in each["Values"]]
    if not values:
        return None
    newest = max(stamp for each in results for stamp in each["Timestamps"])
    return float(max(values) / 1000 + max(0, at - newest))
