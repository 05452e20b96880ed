"""What a fault is: six functions about one target, the same for every fault."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from snapback.model.effects import Call, Step
from snapback.model.records import Target


@dataclass(frozen=True, slots=True)
class Captured:
    """A target as it was read under its lock, and the exact request that will put it back."""

    key: str
    snapshot: Mapping[str, Any]
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a target cannot be taken: it is gone, in transition, or could not be put back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The end of a restore: the terminal status, the mapping that stands there now, and a reason."""

    status: str
    new_uuid: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """The target is not back yet, and why; the protocol tries again."""

    reason: str
    unheard: bool = False
    """Whether a request was sent that nobody answered: it may still take effect."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a capture needs to know of its experiment; margins in seconds, times in epoch seconds."""

    captured_at: float
    resume: str
    position_margin: float
    allow_managed: bool
    patience: float = 0
    """How long a target in transition is waited for, which an earlier round has just put back."""


class Fault(Protocol):
    """A module with these six functions."""

    def unfit(self, config: Mapping[str, Any], unknown: Iterable[str] = ()) -> str:
        """Why a target in this state is not taken, or an empty string."""

    def snapshot(self, target: Target, terms: Terms) -> Step[Captured | Unfit]:
        """Read the target as it is now and build the request that restores it."""

    def inject(self, target: Target) -> Call:
        """The single call that breaks the target."""

    def restore(self, target: Target) -> Step[Settled | Pending]:
        """One attempt to put the target back, safe to repeat and to run twice at once."""

    def verify(self, target: Target) -> Step[Mapping[str, Any] | Pending]:
        """Compare the target with its snapshot, field by field."""

    def describe(self, target: Target, now: float) -> Step[list[str]]:
        """What would happen to a captured target, in sentences."""
