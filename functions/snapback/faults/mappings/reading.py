"""Reads event source mappings and their tags, and says what of them cannot be read."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from snapback.faults.mappings.captured import sealed
from snapback.faults.mappings.mapping import READ_ONLY, SETTLED, key_of
from snapback.model.effects import Answer, Call, Document, Step
from snapback.model.steps import done
from snapback.protocol.contract import Pending, Unfit, View
from snapback.workload.functions import NOT_FOUND, unqualified

_FEW = 2
"""So many mappings are read one by one; of more, all of the account are listed."""

IN_TRANSITION = ("ResourceInUseException",)
"""Lambda's answer to a change of a mapping while another change of it is under way."""

type Refuse = Callable[[Document, Iterable[str]], str]
"""Why a mapping is not taken, by its configuration and the paths of its unknown members; or an
empty string."""

type Remark = Callable[[Answer], Iterable[str]]
"""What a plan has to warn of, by what was read of a mapping."""


def get(uuid: str) -> Call:
    """Read one mapping; what a list does not show, such as encrypted filters, is there."""
    return Call("lambda", "GetEventSourceMapping", {"UUID": uuid}, gone=NOT_FOUND)


def change(operation: str, params: Document) -> Call:
    """Create, update or delete a mapping."""
    return Call("lambda", operation, params, changes=True, busy=IN_TRANSITION, gone=NOT_FOUND)


def list_tags(config: Document) -> Call:
    """Read the tags of a mapping."""
    arn = config["EventSourceMappingArn"]
    return Call("lambda", "ListTags", {"Resource": arn}, gone=NOT_FOUND)


def read(uuid: str, view: View) -> Step[Answer]:
    """One mapping as a list shows it, or read alone where the list does not say all.

    A list may not show a new mapping yet, and leaves out filters that are encrypted.
    """
    found = view.answers.get(uuid)
    if found is None or found.body.get("KMSKeyArn"):
        return (yield from get(uuid))
    return found


def configuration(uuid: str, refuse: Refuse, view: View) -> Step[Document | Unfit | Pending]:
    """A mapping's configuration; Unfit if it cannot be read, or for the reason that `refuse` gives.

    Pending while the mapping is in transition. One that a list shows as Disabled is read alone: the
    list may be older than a restore that has just enabled it, and it would stay so for good.
    """
    found = view.answers.get(uuid)
    doubtful = found is not None and found.body["State"] == "Disabled"
    got = yield from read(uuid, View() if doubtful else view)
    if not got.done:
        return unfit(uuid, f"cannot be read ({got})")
    if got.body["State"] not in SETTLED:
        return Pending(unfit(uuid, transition(got.body)).reason)
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


def unsettled(uuid: str, got: Answer) -> str:
    """Why what was read of a mapping says nothing yet of how it will be, or an empty string."""
    settled = got.done and got.body["State"] in SETTLED
    return "" if settled else f"mapping {uuid} is not settled ({got.body.get('State', got)})"


def hidden(config: Document) -> str:
    """Why the filter criteria of a mapping are not in what is read of it alone, or an empty string."""
    if config.get("FilterCriteriaError"):
        key = config.get("KMSKeyArn") or "its key"
        return f"has filter criteria that cannot be read; grant kms:Decrypt on {key}"
    return ""


def unfiltered(config: Document) -> bool:
    """Whether a mapping has a key for filter criteria, and none that could be read of it."""
    return bool(config.get("KMSKeyArn")) and not config.get("FilterCriteria")


def settings(config: Document, beside: Document | None = None) -> Document:
    """What must be equal afterwards: every setting, the function and the state.

    Filter criteria are a digest if it or `beside`, which it is compared with, encrypts them.
    """
    kept = {k: v for k, v in sealed(config, beside).items() if k not in READ_ONLY}
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
        unknown, unset = (
            tuple(each.removeprefix(path) for each in paths if each.startswith(path))
            for paths in (page.unknown, page.unset)
        )
        yield Answer(config, unknown=unknown, unset=unset)


def everything() -> Step[View]:
    """Every mapping of the account: a list by function name may leave out those of its aliases."""
    return viewed({})


def viewed(params: Document) -> Step[View]:
    """Every mapping of a list, by its UUID."""
    found = yield from listed(params)
    if isinstance(found, Pending):
        return View(problem=found.reason)
    return View({each.body["UUID"]: each for each in found})


def many(names: Sequence[str]) -> Step[View]:
    """What to read so many mappings from; nothing for a few, each of which is then read alone."""
    return everything() if len(names) > _FEW else done(View())


def from_the_sources(configs: Sequence[Document]) -> Step[View]:
    """Every mapping from the same source, if it is one and has an ARN; else all of the account."""
    sources = {config.get("EventSourceArn", "") for config in configs}
    return (
        viewed({"EventSourceArn": min(sources)})
        if len(sources) == 1 and all(sources)
        else everything()
    )


def beside(config: Document, others: Iterable[Document]) -> list[Document]:
    """Of some mappings those that read the same source into any version or alias of the function."""
    return [each for each in others if _reads_the_same(config, each)]


def _reads_the_same(config: Document, other: Document) -> bool:
    function = {"FunctionArn": unqualified(config["FunctionArn"])}
    if unqualified(other["FunctionArn"]) != function["FunctionArn"]:
        return False
    return key_of({**config, **function}) == key_of({**other, **function})
