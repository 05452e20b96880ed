"""What the faults on event source mappings read: the mapping, its tags, its siblings, its progress."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from snapback.faults.mappings.mapping import READ_ONLY, SETTLED, key_of
from snapback.model.effects import Answer, Call, Document, Step, Wait
from snapback.protocol.contract import Pending, Unfit, View
from snapback.workload.functions import NOT_FOUND, unqualified
from snapback.workload.metrics import ITERATOR_AGE, Measured, read_iterator_age
from snapback.workload.sources import kind_of

_LOOK_AGAIN_SECONDS = 2

AGE_WINDOW_SECONDS = 900
"""How far back the iterator ages of a mapping are read."""

AGED = ("kinesis", "dynamodb", "documentdb")
"""Sources whose iterator age Lambda publishes: one value for all mappings of a function, whatever
version or alias they feed."""

Refuse = Callable[[Document, Iterable[str]], str]
"""Why a configuration, with the members of it that are not known, is not taken; or nothing."""


IN_TRANSITION = ("ResourceInUseException",)
"""What Lambda answers a change of a mapping that another change is still under way on."""


def get(uuid: str) -> Call:
    """The mapping itself."""
    return Call("lambda", "GetEventSourceMapping", {"UUID": uuid}, gone=NOT_FOUND)


def change(operation: str, params: Document) -> Call:
    """One change of a mapping: its creation, its update or its deletion."""
    return Call("lambda", operation, params, changes=True, busy=IN_TRANSITION, gone=NOT_FOUND)


def list_tags(config: Document) -> Call:
    """Its tags."""
    return Call("lambda", "ListTags", {"Resource": config["EventSourceMappingArn"]})


def configuration(uuid: str, refuse: Refuse, patience: float) -> Step[Document | Unfit]:
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


def transition(config: Document) -> str:
    """Why a mapping cannot be taken in the state it is in, or an empty string."""
    settled = config["State"] in SETTLED
    return "" if settled else f"is {config['State']}; wait until it is Enabled or Disabled"


def unreadable(config: Document, unknown: Iterable[str] = ()) -> str:
    """Why a mapping could not be remade from what is read of it, or an empty string."""
    if fields := ", ".join(unknown):
        return f"has settings that this version does not know ({fields}); upgrade Snapback"
    return hidden(config)


def hidden(config: Document) -> str:
    """Why the filter criteria of a mapping are not in what is read of it, or an empty string."""
    missing = config.get("KMSKeyArn") and not config.get("FilterCriteria")
    if missing or config.get("FilterCriteriaError"):
        key = config.get("KMSKeyArn") or "its key"
        return f"has filter criteria that cannot be read; grant kms:Decrypt on {key}"
    return ""


def settings(config: Document) -> dict[str, Any]:
    """What must be equal afterwards: every setting, the function and the state."""
    kept = {k: v for k, v in config.items() if k not in READ_ONLY}
    return kept | {"FunctionArn": config["FunctionArn"], "State": config["State"]}


def listed(params: Document) -> Step[list[Answer] | Pending]:
    """Every mapping of a list, page by page, each as if it had been read alone."""
    found: list[Answer] = []
    while True:
        page = yield from Call("lambda", "ListEventSourceMappings", params)
        if not page.done:
            return Pending(f"the mappings {_of(params)}cannot be listed ({page})")
        found += _each(page)
        if not page.body.get("NextMarker"):
            return found
        params = {**params, "Marker": page.body["NextMarker"]}


def _of(params: Document) -> str:
    asked = params.get("EventSourceArn") or params.get("FunctionName")
    return f"of {asked} " if asked else ""


def _each(page: Answer) -> Iterator[Answer]:
    for index, config in enumerate(page.body["EventSourceMappings"]):
        path = f"EventSourceMappings[{index}]."
        unknown = [each.removeprefix(path) for each in page.unknown if each.startswith(path)]
        yield Answer(config, unknown=tuple(unknown))


def everything() -> Step[View]:
    """Every mapping of the account: a list by function name may leave out those of its aliases."""
    found = yield from listed({})
    if isinstance(found, Pending):
        return View(problem=found.reason)
    return View(tuple(each.body for each in found))


def same_source(config: Document) -> Step[list[Document] | Pending]:
    """Every mapping from the same source to any version or alias of the same function."""
    function = unqualified(config["FunctionArn"])
    source = config.get("EventSourceArn")
    found = yield from listed({"EventSourceArn": source} if source else {"FunctionName": function})
    if isinstance(found, Pending):
        return found
    return beside(config, [each.body for each in found])


def beside(config: Document, others: Iterable[Document]) -> list[Document]:
    """Those of some mappings that read the same source into the same function."""
    return [each for each in others if _reads_the_same(config, each)]


def _reads_the_same(config: Document, other: Document) -> bool:
    anyone = {"FunctionArn": unqualified(other["FunctionArn"])}
    same_function = unqualified(config["FunctionArn"]) == anyone["FunctionArn"]
    return same_function and key_of({**config, **anyone}) == key_of({**other, **anyone})


def neighbour(config: Document, others: Iterable[Document]) -> str:
    """One of some mappings that shares this function's IteratorAge metric, by UUID; or nothing."""
    if kind_of(config) not in AGED:
        return ""
    return next((str(each["UUID"]) for each in others if _shares_age(config, each)), "")


def _shares_age(config: Document, other: Document) -> bool:
    if other["UUID"] == config["UUID"] or kind_of(other) not in AGED:
        return False
    return unqualified(other["FunctionArn"]) == unqualified(config["FunctionArn"])


def iterator_ages(function_arn: str, at: float) -> Step[Measured]:
    """The iterator age of a function's mappings in each of the last 15 minutes, in milliseconds."""
    return (yield from read_iterator_age(function_arn, at - AGE_WINDOW_SECONDS, at))


def greatest_age(measured: Measured, at: float) -> float | None:
    """How far behind a mapping may be, in seconds, by the greatest age; None without data.

    The greatest, as of the newest: nobody knows what has been read since then. A mapping that is
    disabled, or whose function is throttled, falls behind without any new age.
    """
    points = measured.series[ITERATOR_AGE]
    if not points:
        return None
    newest = max(point["at"] for point in points)
    return max(point["value"] for point in points) / 1000 + max(0.0, at - newest)
