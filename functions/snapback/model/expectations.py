"""What may be expected of a run; the text under each field is its documentation and its error hint.

How each is judged is in `snapback.judge`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from snapback.model.documented import Documented, Holds, Limits
from snapback.model.effects import Document

LONGEST_SECONDS = 3600
PROBE_SECONDS = 3
"""How long a probe waits for an answer."""


def can_be_probed(url: str) -> bool:
    """Whether it is an http or https URL of a host, without credentials: it is stored and shown."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:
        return False


def shown(url: str) -> str:
    """A URL as it is told: without its query and its credentials, which may be secrets."""
    return re.sub(r"//[^/]*@", "//", url.partition("#")[0].partition("?")[0])


def shown_value(value: object) -> object:
    """A JSON value as it is told: every text with a URL in it, and whatever is called `url`, is cut."""
    match value:
        case str():
            return shown(value) if "://" in value else value
        case Mapping():
            return {
                shown_value(name): shown(each)
                if name == "url" and isinstance(each, str)
                else shown_value(each)
                for name, each in value.items()
            }
        case list() | tuple():
            return [shown_value(each) for each in value]
    return value


def shown_text(text: str) -> str:
    """A text as it is told: every URL in it is cut."""
    return re.sub(r"""(?<!\w)\w+://[^\s"']+""", lambda found: shown(found[0]), text)


def is_queue(arn: str) -> bool:
    """Whether it is the ARN of an SQS queue."""
    parts = arn.split(":")
    return len(parts) == len(_QUEUE_ARN) and parts[0] == "arn" and parts[2] == "sqs"


_QUEUE_ARN = ("arn", "partition", "sqs", "region", "account", "name")

Seconds = Annotated[int, Limits(ge=1, le=LONGEST_SECONDS)]
Name = Annotated[str, Limits(min_length=1, max_length=1024)]
Url = Annotated[str, Limits(min_length=1, max_length=2048), Holds(can_be_probed)]
Queue = Annotated[str, Holds(is_queue)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogGrew(Documented):
    """Messages piled up in the source queues while the fault held: proof that it had an effect."""

    type: Literal["backlog_grew"] = "backlog_grew"
    at_least: Annotated[int, Limits(ge=1)] = 1
    """by how many messages at least, a whole number from 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationsStopped(Documented):
    """The function was not invoked in any whole minute of the window: proof that it had an effect."""

    type: Literal["invocations_stopped"] = "invocations_stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainedWithin(Documented):
    """The backlog was handled soon enough after the last restore.

    Where AWS takes a while to start what was restored, the time counts from the first sample that finds
    it at rest. Drained means that a queue holds no more than before and a stream's readers are no
    further behind than before, give or take a twentieth of what was added. Streams are known to the
    minute, so give them 120 seconds or more.
    """

    type: Literal["drained_within"] = "drained_within"
    seconds: Seconds
    """whole seconds after the last restore or the start that follows it, 1 to 3600"""
    sources: Literal["all", "queues", "streams"] = "all"
    """all, queues or streams (Kinesis and DynamoDB) only"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmWithin(Documented):
    """An alarm rang soon enough after the first change."""

    type: Literal["alarm_within"] = "alarm_within"
    alarm: Name
    """the name of a CloudWatch alarm"""
    seconds: Seconds
    """whole seconds after the first change, 1 to 3600"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmStaysOk(Documented):
    """An alarm did not ring at any time of the run."""

    type: Literal["alarm_stays_ok"] = "alarm_stays_ok"
    alarm: Name
    """the name of a CloudWatch alarm"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeStaysUp(Documented):
    """An endpoint that users see kept answering; it is asked with GET from Snapback's functions.

    A redirect is an answer and is not followed. Loopback and link-local addresses are never asked,
    private ones only at the hosts of the stack's setting probe_hosts. Reports, samples and messages
    show the URL without its query; the input of the execution keeps it.
    """

    type: Literal["probe_stays_up"] = "probe_stays_up"
    url: Url
    """an http:// or https:// URL of a public host that answers GET without credentials"""
    status: Annotated[int, Limits(ge=100, le=599)] | None = None
    """the HTTP status that counts as up, 100 to 599; without it any from 200 to 399"""
    within_seconds: Annotated[float, Limits(ge=0, le=PROBE_SECONDS)] = PROBE_SECONDS
    """how many seconds an answer may take, up to 3"""
    failures: Annotated[int, Limits(ge=0)] = 0
    """how many probes may fail, a whole number from 0"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettersAtMost(Documented):
    """No more messages than expected were added to a dead-letter queue.

    A queue may be named if it is a source, a destination or a dead-letter queue of the mappings, or
    the function's dead-letter queue. Any other opts in as functions do, by the tag
    `snapback:allowed=true`.
    """

    type: Literal["dead_letters_at_most"] = "dead_letters_at_most"
    queue: Queue | None = None
    """the ARN of a queue of the mappings or an opted-in one; without it the dead-letter queues of the sources"""
    count: Annotated[int, Limits(ge=0)] = 0
    """how many messages may be added, a whole number from 0"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationReceived(Documented):
    """An on-failure destination was told of records that were given up.

    A queue may be named if it is a destination or a dead-letter queue of the mappings, or the
    function's dead-letter queue. Any other opts in as functions do, by the tag
    `snapback:allowed=true`.
    """

    type: Literal["destination_received"] = "destination_received"
    queue: Queue | None = None
    """the ARN of a queue of the mappings or an opted-in one; without it the destinations of the mappings"""
    condition: Name | None = None
    """only records given up for this reason, such as RecordAgeExceeded or RetryAttemptsExhausted"""
    at_least: Annotated[int, Limits(ge=1)] = 1
    """how many records at least, a whole number from 1; one message may stand for a whole batch"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricHolds(Documented):
    """Every whole minute of a CloudWatch metric was on the right side of a threshold."""

    type: Literal["metric"] = "metric"
    namespace: Name
    """the metric's namespace, such as AWS/Lambda"""
    name: Name
    """the metric's name, such as Errors"""
    dimensions: dict[str, str] = field(default_factory=dict)
    """the metric's dimensions, such as {"FunctionName": "orders"}"""
    statistic: Name = "Sum"
    """Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99"""
    comparison: Literal["<", "<=", ">", ">="]
    """<, <=, > or >="""
    threshold: Annotated[float, Holds(isfinite)]
    """the number that each minute is compared with"""
    during: Literal["before", "window", "after"] = "window"
    """before (the five minutes until the first change), window, or after (the last restore)"""


Expectation = (
    BacklogGrew
    | InvocationsStopped
    | DrainedWithin
    | AlarmWithin
    | AlarmStaysOk
    | ProbeStaysUp
    | DeadLettersAtMost
    | DestinationReceived
    | MetricHolds
)

KINDS: Mapping[str, type[Expectation]] = {
    "backlog_grew": BacklogGrew,
    "invocations_stopped": InvocationsStopped,
    "drained_within": DrainedWithin,
    "alarm_within": AlarmWithin,
    "alarm_stays_ok": AlarmStaysOk,
    "probe_stays_up": ProbeStaysUp,
    "dead_letters_at_most": DeadLettersAtMost,
    "destination_received": DestinationReceived,
    "metric": MetricHolds,
}
"""Each kind by the `type` that names it in the input."""


class ByType:
    """Tells pydantic that `type` says which kind an object is; needs no import of pydantic here."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        """The schema of the union, in the form of pydantic-core."""
        choices = {name: handler.generate_schema(kind) for name, kind in KINDS.items()}
        return {"type": "tagged-union", "discriminator": "type", "choices": choices}


def of(stored: Document | Expectation) -> Expectation:
    """An expectation read back from its record."""
    return KINDS[stored["type"]](**stored) if isinstance(stored, Mapping) else stored


def told(expected: Expectation) -> dict[str, Any]:
    """An expectation as reports show it."""
    document = asdict(expected)
    return (
        document | {"url": shown(expected.url)} if isinstance(expected, ProbeStaysUp) else document
    )


def alarms(expected: Iterable[Expectation]) -> list[str]:
    """The alarms that are named, each once."""
    named = [each.alarm for each in expected if isinstance(each, AlarmWithin | AlarmStaysOk)]
    return list(dict.fromkeys(named))


def urls(expected: Iterable[Expectation]) -> list[str]:
    """The endpoints that are probed, each once."""
    return list(dict.fromkeys(each.url for each in expected if isinstance(each, ProbeStaysUp)))


def awaited(expected: Iterable[Expectation], samples: Iterable[Document]) -> bool:
    """Whether an alarm that is expected to ring was not seen in ALARM yet."""
    rang = {
        name
        for sample in samples
        for name, found in sample["alarms"].items()
        if found["state"] == "ALARM"
    }
    return any(isinstance(each, AlarmWithin) and each.alarm not in rang for each in expected)


def watched_until(expected: Iterable[Expectation], began: float, back: float) -> float:
    """The epoch second until which it pays to watch the recovery for what is not seen yet."""
    limits = [back]
    for each in expected:
        match each:
            case DrainedWithin():
                limits.append(back + each.seconds)
            case AlarmWithin():
                limits.append(began + each.seconds)
    return max(limits)
