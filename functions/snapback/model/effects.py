"""What the domain asks of the world: seven effects, each one atomic step.

A step is a generator that yields effects and is sent their replies. Handlers perform them on AWS
(`aws.driver`); tests perform them on a model and choose every order. `docs/one-experiment.md` reads
one line by line.

An effect is used as `answer = yield from Call(…)`: the effect yields itself, and `yield from` has
the type of its own reply.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NamedTuple

from snapback.model.place import Place

type Item = dict[str, Any]
"""The attributes of one item of the table, of JSON types."""

type Document = Mapping[str, Any]
"""A document of JSON types with times as epoch seconds, as AWS or the report has it."""


class Key(NamedTuple):
    """The primary key of one item of the table."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Change:
    """One conditional change of one item.

    It is made when any alternative of `any_of` holds: every named attribute has one of the listed
    values, where `(None,)` stands for "does not exist". An empty `any_of` asks for nothing.
    """

    key: Key
    any_of: tuple[Mapping[str, tuple[Any, ...]], ...] = ()
    set: Mapping[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    delete: bool = False


TRANSACTION_ITEMS = 100
"""As many as DynamoDB takes in one transaction."""


@dataclass(frozen=True, slots=True)
class Write:
    """Up to TRANSACTION_ITEMS changes, all made or none; replies whether they were made."""

    changes: tuple[Change, ...]

    def __iter__(self) -> "Step[bool]":
        """Ask for the write."""
        return _expected(bool, (yield self))


@dataclass(frozen=True, slots=True)
class Fetch:
    """One item, read consistently; replies its attributes, or None."""

    key: Key

    def __iter__(self) -> "Step[Item | None]":
        """Ask for the item."""
        reply = yield self
        return None if reply is None else _expected(dict, reply)


@dataclass(frozen=True, slots=True)
class Load:
    """All items of a partition whose sort key begins with `prefix`, in order."""

    pk: str
    prefix: str = ""
    index: str = ""
    """The index that is read instead of the table, if any; its answers may lag behind."""
    may_lag: bool = False
    """Whether the table's answer may lag behind as well, for half the price."""

    def __iter__(self) -> "Step[list[Item]]":
        """Ask for the items."""
        return _expected(list, (yield self))


class Outcome(Enum):
    """What is known about a request after its single attempt."""

    DONE = "done"
    BUSY = "busy"
    """It certainly changed nothing, and the same request may succeed later."""
    REFUSED = "refused"
    """It certainly changed nothing, and asking again gives the same answer."""
    UNKNOWN = "unknown"
    """It may have taken effect, now or a little later."""


THROTTLED = (
    "TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded",
)  # fmt: skip
"""The codes by which any API reports throttling."""

ROLE_REFUSED = "AssumeRole."
"""The prefix of an error code where the role could not be assumed, so that no request was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to a Call: its body, or the error code, HTTP status and message AWS gave.

    `status` 0 stands for a response that was lost on the way. `unknown` are the paths of members
    that this version of Snapback does not know, and which `body` therefore lacks; `unset` are those
    of them that have no value, such as null, false or 0. `busy` and `gone` say what the code means
    for the call that was answered.
    """

    body: Document = field(default_factory=dict)
    code: str = ""
    message: str = ""
    status: int = 200
    unknown: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()
    busy: bool = False
    gone: bool = False

    @property
    def outcome(self) -> Outcome:
        """How sure we are of the effect; a 5xx or a lost response leaves it open."""
        if not self.code:
            return Outcome.DONE
        if self.busy:
            return Outcome.BUSY
        if 400 <= self.status < 500:  # noqa: PLR2004
            return Outcome.REFUSED
        return Outcome.BUSY if self.code.startswith(ROLE_REFUSED) else Outcome.UNKNOWN

    @property
    def done(self) -> bool:
        """Whether AWS acknowledged the request."""
        return not self.code

    def __str__(self) -> str:
        """The error as a person would quote it."""
        return f"{self.code}: {self.message}" if self.code else "done"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an AWS API, by its service and operation names; replies an Answer.

    One that is `at_home` stays in the stack's own Region and account wherever the target is. One
    that `changes` something is attempted exactly once: only the protocol may repeat it.
    """

    service: str
    operation: str
    params: Document = field(default_factory=dict)
    at_home: bool = False
    place: Place | None = None
    """Where its target is, as `steps.at` says; None is the stack's own place."""
    changes: bool = False
    busy: tuple[str, ...] = ()
    """Codes, besides those of throttling, after which the same request may succeed later."""
    gone: tuple[str, ...] = ()
    """Codes that say that the resource does not exist."""

    def __iter__(self) -> "Step[Answer]":
        """Ask for the request, and read its answer by this call's own codes."""
        answer = _expected(Answer, (yield self))
        if answer.done:
            return answer
        busy = answer.code in THROTTLED or answer.code in self.busy
        return replace(answer, busy=busy, gone=answer.code in self.gone)


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a request is valid by the API's model, without sending it.

    Replies what is wrong with it, or an empty string.
    """

    service: str
    operation: str
    params: Document

    def __iter__(self) -> "Step[str]":
        """Ask for the check."""
        return _expected(str, (yield self))


@dataclass(frozen=True, slots=True)
class Probed:
    """What an endpoint answered and how soon: its status, or 0 and why there was no answer."""

    status: int
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One GET of an http or https URL, without credentials; its body is not read."""

    url: str
    timeout_seconds: float

    def __iter__(self) -> "Step[Probed]":
        """Ask for the probe."""
        return _expected(Probed, (yield self))


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause in seconds; replies nothing."""

    seconds: float

    def __iter__(self) -> "Step[None]":
        """Ask for the pause."""
        yield self


type Effect = Write | Fetch | Load | Call | Check | Probe | Wait
type Reply = bool | Item | list[Item] | Answer | str | Probed | None
type Step[T] = Generator[Effect, Reply, T]


def _expected[T](kind: type[T], reply: Reply) -> T:
    if not isinstance(reply, kind):
        raise TypeError(f"an effect was sent {reply!r}, which is not a {kind.__name__}")
    return reply
