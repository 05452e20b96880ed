"""What was permitted, and what services answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a role may do something: as simulated, and as it was when it did."""

    action: str
    on: str
    simulated: bool
    allowed: bool | None
    """None is unknown: it failed for another reason, perhaps before anyone asked IAM."""
    code: str = ""
    """Of the refusal, or of the other error."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Calls of a role that may change mappings of one function and of no other."""

    of_its_function: tuple[Decision, ...]
    of_another: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """How a service says that something does not exist, and the names that Snapback knows for it."""

    service: str
    operation: str
    code: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absences:
    """What was asked for that does not exist."""

    asked: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class TableWrites:
    """A write to Snapback's table by the kit, which is none of its roles."""

    code: str
    """Of the refusal, or an empty string."""
