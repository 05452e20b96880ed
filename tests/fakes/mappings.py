"""Event source mappings as AWS has them: their life cycle and their API, as pure functions on values.

Every text of AWS stands here once. Recorded are those of a duplicate and of a mapping that is gone
(LocalStack's tests that were validated on AWS, `test_lambda_integration_sqs.snapshot.json` and
`test_lambda_api.snapshot.json`; CloudTrail shows the one of a queue likewise), and those of a mapping
in use (issues of several deployment tools). The text of a start in the future is not.
"""

from functools import cache
from typing import Any, NamedTuple

from snapback.faults.mappings.defaults import with_defaults
from snapback.faults.mappings.mapping import KAFKA, key_of
from snapback.faults.mappings.start_position import NO_PROGRESS
from snapback.model.effects import Answer, Document
from snapback.protocol.contract import View
from snapback.workload.functions import unqualified
from snapback.workload.sources import kind_of
from tests.fakes.answers import refused
from tests.fakes.values import number_of, value_of

ARN = "arn:aws:lambda:eu-west-1:123456789012:"
DELETE, CREATE, UPDATE = CHANGING = (
    "DeleteEventSourceMapping", "CreateEventSourceMapping", "UpdateEventSourceMapping",
)  # fmt: skip
IDENTITY = (
    "UUID", "EventSourceMappingArn", "LastModified", "LastProcessingResult",
    "StateTransitionReason",
)  # fmt: skip
"""What Get answers of a mapping that is no setting of it."""
LARGEST_PAGE = 100
"""How many mappings a list answers at once, also if more are asked for, as the API's reference says."""
GET, LIST = "GetEventSourceMapping", "ListEventSourceMappings"
OPERATIONS = (*CHANGING, GET, LIST, "ListTags")

BECOMES = {
    "Creating": "Enabled", "Enabling": "Enabled", "Updating": "Enabled", "Disabling": "Disabled",
    "Deleting": "",
}  # fmt: skip
"""Where each transition ends. What does not read changes its settings at once."""

_DERIVED = ("FunctionName", "Enabled", "Tags")
_BATCHED = {"MaximumBatchingWindowInSeconds": 0, "FunctionResponseTypes": []}
_RETRIED = {
    "BisectBatchOnFunctionError": False, "DestinationConfig": {"OnFailure": {}},
    "MaximumRecordAgeInSeconds": -1, "MaximumRetryAttempts": -1,
}  # fmt: skip
_SHARDED = {**_BATCHED, **_RETRIED, "ParallelizationFactor": 1, "TumblingWindowInSeconds": 0}
_UNSET = {
    "sqs": _BATCHED, "kinesis": _SHARDED, "dynamodb": _SHARDED,
    "msk": _RETRIED, "self-managed-kafka": _RETRIED,
}  # fmt: skip
"""What Get answers for what was not given; of the other sources no answer was recorded.

A mapping that is made today shows every documented default, its owner's older one perhaps not.
"""


class Source(NamedTuple):
    """One mapping: `settings` is the number of the request that makes it as it is.

    `before` is the state that a late read may still show, `modified` when a call last changed it.
    """

    uuid: str
    state: str
    settings: int
    before: str = ""
    modified: float = -9000
    progress: str = NO_PROGRESS
    by_hand: bool = False

    @property
    def settled(self) -> bool:
        """Whether it is not in transition."""
        return self.state not in BECOMES

    @property
    def live(self) -> bool:
        """Whether it exists and stays."""
        return self.state != "Deleting"

    @property
    def late(self) -> "Source":
        """It as a read may still show it, soon after a change."""
        return self._replace(state=self.before or self.state)

    @property
    def key(self) -> str:
        """What AWS lets exist only once."""
        return key_of_request(self.settings)


type Sources = tuple[Source, ...]


def uuid_of(number: int) -> str:
    """The UUID of the n-th mapping ever made."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


@cache
def key_of_request(number: int) -> str:
    """The key of the mapping that a request makes."""
    request = value_of(number)
    return key_of({**request, "FunctionArn": request["FunctionName"]})


def tags_of(source: Source) -> dict[str, str]:
    """The tags of a mapping."""
    tags: dict[str, str] = value_of(source.settings).get("Tags", {})
    return tags


@cache
def described(source: Source) -> dict[str, Any]:
    """What GetEventSourceMapping answers of it."""
    request = value_of(source.settings)
    unset = _UNSET.get(kind_of(request), {})
    return {
        **unset,
        **({"LastProcessingResult": source.progress} if {*_RETRIED} <= {*unset} else {}),
        **{name: value for name, value in request.items() if name not in _DERIVED},
        "UUID": source.uuid,
        "EventSourceMappingArn": f"{ARN}event-source-mapping:{source.uuid}",
        "FunctionArn": request["FunctionName"],
        "State": source.state,
        "StateTransitionReason": "USER_INITIATED",
        "LastModified": source.modified,
    }


def moved_on(source: Source) -> Source | None:
    """A mapping in transition where that ends; None once it is gone."""
    state = BECOMES[source.state]
    return source._replace(state=state, before="") if state else None


def replaced(sources: Sources, old: Source | None, new: Source | None) -> Sources:
    """The mappings with one more, changed or gone."""
    others = (each for each in sources if each != old)
    return tuple(sorted((*others, *([new] if new else []))))


def find(sources: Sources, uuid: str) -> Source | None:
    """The mapping with a UUID, in whatever state."""
    return next((each for each in sources if each.uuid == uuid), None)


def change(
    sources: Sources, operation: str, params: dict[str, Any], uuid: str, now: float
) -> tuple[Answer, Sources]:
    """A call that changes something: its answer, and the mappings after it; a new one gets `uuid`."""
    if operation == CREATE:
        return _create(sources, params, uuid, now)
    found = find(sources, params["UUID"])
    if found is None:
        return GONE, sources
    if not found.settled:
        return in_use("delete" if operation == DELETE else "update"), sources
    deleted = found._replace(state="Deleting", before=found.state)
    new = deleted if operation == DELETE else _updated(found, params)
    return answered(new), replaced(sources, found, new)


def _create(
    sources: Sources, params: dict[str, Any], uuid: str, now: float
) -> tuple[Answer, Sources]:
    made = number_of(with_defaults(params, kind_of(params)))
    new = Source(uuid, "Creating" if params.get("Enabled", True) else "Disabled", made)
    if params.get("StartingPositionTimestamp", 0) > now:
        return IN_THE_FUTURE, sources
    for each in sources:
        if each.key == new.key:
            return refused("ResourceConflictException", 409, duplicate(described(each))), sources
    return answered(new), replaced(sources, None, new)


def _updated(source: Source, params: dict[str, Any]) -> Source:
    enabled = params.get("Enabled", source.state == "Enabled")
    kept = {name: value for name, value in params.items() if name not in ("UUID", "Enabled")}
    settings = number_of({**value_of(source.settings), **kept})
    state = "Enabled" if enabled else "Disabled"
    if state != source.state:
        state = "Enabling" if enabled else "Disabling"
    elif settings != source.settings and enabled:
        state = "Updating"
    before = source.state if state != source.state else ""
    return source._replace(state=state, settings=settings, before=before)


def read(sources: Sources, operation: str, params: dict[str, Any]) -> Answer:
    """A call that only asks."""
    if operation == LIST:
        return _page([each for each in sources if _asked(described(each), params)], params)
    arn = params.get("Resource", "")
    source = find(sources, params.get("UUID") or arn.rsplit(":", 1)[1])
    if operation == "ListTags":
        return Answer(body={"Tags": tags_of(source)}) if source else untagged(arn)
    assert operation == GET, operation
    return answered(source) if source else GONE


def _page(found: list[Source], params: dict[str, Any]) -> Answer:
    """Some of a list, from its marker on: 100 at most, whatever is asked for."""
    first, size = int(params.get("Marker", 0)), int(params.get("MaxItems", LARGEST_PAGE))
    end = first + min(size, LARGEST_PAGE)
    page = [described(each) for each in found[first:end]]
    following = {"NextMarker": str(end)} if end < len(found) else {}
    return Answer(body={"EventSourceMappings": page, **following})


def _asked(config: dict[str, Any], params: dict[str, Any]) -> bool:
    """A list by function may leave out its versions and aliases, so it does; one by qualifier too."""
    source, function, of = (
        params.get("EventSourceArn"),
        params.get("FunctionName"),
        config["FunctionArn"],
    )
    bare = of.rsplit(":", 1)[1] if of == unqualified(of) else of
    return source in (None, config.get("EventSourceArn")) and function in (None, of, bare)


def viewed(*configs: Document) -> View:
    """What a list of them shows."""
    return View({each["UUID"]: Answer(body=each) for each in configs})


@cache
def answered(source: Source) -> Answer:
    """A good answer with the mapping in it."""
    return Answer(body=described(source))


_NOT_FOUND = "ResourceNotFoundException"
GONE = refused(_NOT_FOUND, 404, "The resource you requested does not exist.")
IN_THE_FUTURE = refused(
    "InvalidParameterValueException", 400, "StartingPositionTimestamp must not be in the future."
)


def untagged(arn: str) -> Answer:
    """There is no mapping to have tags."""
    return refused(_NOT_FOUND, 404, f"Event source mapping not found: {arn}")


def in_use(verb: str) -> Answer:
    """It is in transition, and can be neither changed nor deleted."""
    message = f"Cannot {verb} the event source mapping because it is in use."
    return refused("ResourceInUseException", 400, message)


def duplicate(config: dict[str, Any]) -> str:
    """What a conflict says of the mapping that exists."""
    source, arn, kind = config.get("EventSourceArn"), config["FunctionArn"], kind_of(config)
    name = unqualified(arn).rsplit(":", 1)[1]
    if kind == "sqs":
        text = f'An event source mapping with SQS arn (" {source} ") and function (" {name} ")'
    elif kind in KAFKA:
        brokers = source or ",".join(*config["SelfManagedEventSource"]["Endpoints"].values())
        text = f'An event source mapping with event source ("{brokers}"), function ("{arn}"), '
        text += f'topics ("{",".join(config["Topics"])}")'
    else:
        text = f'The event source arn (" {source} ") and function (" {name} ") provided mapping'
    remedy = "Please update or delete the existing mapping with UUID"
    return f"{text} already exists. {remedy} {config['UUID']}"
