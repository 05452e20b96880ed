"""Reads event source mappings and their tags, and says what of them cannot be read."""

from collections.abc import Callable, Iterable, Iterator

from snapback.faults.mappings.mapping import READ_ONLY, SETTLED, key_of
from snapback.model.effects import Answer, Call, Document, Step, Wait
from snapback.protocol.contract import Pending, Unfit, View
from snapback.workload.functions import NOT_FOUND, unqualified

_LOOK_AGAIN_SECONDS = 2

IN_TRANSITION = ("ResourceInUseException",)
"""Lambda's answer to a change of a mapping while another change of it is under way."""

type Refuse = Callable[[Document, Iterable[str]], str]
"""Why a mapping is not taken, by its configuration and the paths of its unknown members; or an
empty string."""


def get(uuid: str) -> Call:
    """Read one mapping; what a list does not show, such as encrypted filters, is there."""
    return Call("lambda", "GetEventSourceMapping", {"UUID": uuid}, gone=NOT_FOUND)


def change(operation: str, params: Document) -> Call:
    """Create, update or delete a mapping."""
    return Call("lambda", operation, params, changes=True, busy=IN_TRANSITION, gone=NOT_FOUND)


def list_tags(config: Document) -> Call:
    """Read the tags of a mapping."""
    return Call("lambda", "ListTags", {"Resource": config["EventSourceMappingArn"]})


def configuration(uuid: str, refuse: Refuse, patience: float) -> Step[Document | Unfit]:
    """A mapping's configuration; Unfit if it cannot be read, or for the reason that `refuse` gives.

    A mapping in transition is read again for `patience` seconds.
    """
    got = yield from get(uuid)
    while patience > 0 and got.done and got.body["State"] not in SETTLED:
        yield from Wait(_LOOK_AGAIN_SECONDS)
        patience -= _LOOK_AGAIN_SECONDS
        got = yield from get(uuid)
    if not got.done:
        return unfit(uuid, f"cannot be read ({got})")
    if reason := refuse(got.body, got.unknown):
        return unfit(uuid, reason)
    return got.body


def unfit(uuid: str, why: str) -> Unfit:
    """The refusal of a mapping, as a line about the key that names it."""
    return Unfit(f"event_uuids: event source mapping {uuid} {why}")


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


def settings(config: Document) -> Document:
    """What must be equal afterwards: every setting, the function and the state."""
    kept = {k: v for k, v in config.items() if k not in READ_ONLY}
    return kept | {"FunctionArn": config["FunctionArn"], "State": config["State"]}


def listed(params: Document) -> Step[list[Answer] | Pending]:
    """List mappings, all pages; each is answered as if it had been read alone."""
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
    """Every mapping from the same source to any version or alias of the same function.

    Where the source has no ARN, all mappings are listed, as `everything` does.
    """
    source = config.get("EventSourceArn")
    found = yield from listed({"EventSourceArn": source} if source else {})
    if isinstance(found, Pending):
        return found
    return beside(config, [each.body for each in found])


def beside(config: Document, others: Iterable[Document]) -> list[Document]:
    """Of some mappings those that read the same source into any version or alias of the function."""
    return [each for each in others if _reads_the_same(config, each)]


def _reads_the_same(config: Document, other: Document) -> bool:
    function = {"FunctionArn": unqualified(config["FunctionArn"])}
    if unqualified(other["FunctionArn"]) != function["FunctionArn"]:
        return False
    return key_of({**config, **function}) == key_of({**other, **function})
