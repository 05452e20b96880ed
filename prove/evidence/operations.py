"""The stack as it ran, went and cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HandlerLog:
    """What a handler's log group says of its invocations."""

    handler: str
    invocations: int
    denials: tuple[str, ...]
    init_milliseconds: tuple[float, ...]
    billed_milliseconds: float


@dataclass(frozen=True, slots=True)
class HandlerLogs:
    """The logs of every handler of the stack."""

    handlers: tuple[HandlerLog, ...]


@dataclass(frozen=True, slots=True)
class Removal:
    """The removal of the stack while an experiment was open."""

    status: str
    seconds: float
    targets_away: int
    """Mappings that were gone when the removal began."""
    equal: bool
    """Whether every mapping was as before when the guard was gone."""
    order: tuple[str, ...]
    """Kinds of the stack's resources in the order in which they were gone."""
    left: tuple[str, ...]
    """What was left of the stack."""
    denials: tuple[str, ...]
    """What the guard's log told of meanwhile, as far as it could be read before it went."""
    log_lines: int
    """How many lines of it could be read; without any, nobody knows of denials."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The run's cost by list prices: as planned, and from what it used."""

    planned_dollars: float
    used_dollars: float
    usage: tuple[str, ...]
