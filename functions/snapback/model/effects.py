"""What the domain asks of the world: seven effects, each one atomic step.

A step of the protocol is a generator that yields effects and receives their answers. Handlers
perform them on AWS (`aws.driver`); tests perform them on a model and choose every order.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple


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


@dataclass(frozen=True, slots=True)
class Write:
    """Up to 100 changes, all made or none; answered by whether they were made."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """One item, read consistently; answered by its attributes, or None."""

    key: Key


@dataclass(frozen=True, slots=True)
class Load:
    """All items of a partition whose sort key begins with `prefix`, read consistently, in order."""

    pk: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to an AWS API, by its service and operation names; answered by an Answer.

    An operation that changes something is attempted exactly once: only the protocol may repeat it.
    It goes to the target's Region and account, or to the stack's own with `at_home`.
    """

    service: str
    operation: str
    params: Mapping[str, Any] = field(default_factory=dict)
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a request has the form that the API's model asks for, without sending it.

    Answered by what is wrong with it, or an empty string.
    """

    service: str
    operation: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Probe:
    """One GET of an http or https URL, without credentials; its body is not read.

    Answered by `{status, seconds, error}`: status 0 where there was no answer, and why.
    """

    url: str
    timeout_seconds: float


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause in seconds; answered by nothing."""

    seconds: float


class Outcome(Enum):
    """What is known about a request after its single attempt."""

    DONE = "done"
    BUSY = "busy"
    """It certainly changed nothing, and the same request may succeed later."""
    REFUSED = "refused"
    """It certainly changed nothing, and asking again gives the same answer."""
    UNKNOWN = "unknown"
    """It may have taken effect, now or a little later."""


_BUSY = frozenset({
    "TooManyRequestsException", "ThrottlingException", "Throttling", "ResourceInUseException",
    "RequestLimitExceeded",
})  # fmt: skip
_GONE = frozenset({
    "ResourceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist",
    "NotFound", "NotFoundException", "NoSuchEntity", "NoSuchBucket", "DBClusterNotFoundFault",
    "InvalidSubnetID.NotFound", "InvalidGroup.NotFound",
})  # fmt: skip


ROLE_REFUSED = "AssumeRole."
"""How an error code begins when the role could not be assumed, so that no request was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to a Call: its body, or the error code, HTTP status and message AWS gave.

    `status` 0 stands for a response that was lost on the way. `unknown` are the paths of members of
    a mapping that this version of Snapback does not know, and which `body` therefore lacks.
    """

    body: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    message: str = ""
    status: int = 200
    unknown: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """How sure we are of the effect; a 5xx or a lost response leaves it open."""
        if not self.code:
            return Outcome.DONE
        if self.code in _BUSY:
            return Outcome.BUSY
        if 400 <= self.status < 500:  # noqa: PLR2004
            return Outcome.REFUSED
        return Outcome.BUSY if self.code.startswith(ROLE_REFUSED) else Outcome.UNKNOWN

    @property
    def done(self) -> bool:
        """Whether AWS acknowledged the request."""
        return not self.code

    @property
    def gone(self) -> bool:
        """Whether AWS says that the thing does not exist."""
        return self.code in _GONE

    def __str__(self) -> str:
        """The error as a person would quote it."""
        return f"{self.code}: {self.message}" if self.code else "done"


type Effect = Write | Fetch | Load | Call | Check | Probe | Wait
type Step[T] = Generator[Effect, Any, T]
