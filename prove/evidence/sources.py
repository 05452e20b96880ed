"""What became of records, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the numbered records of a source that was away while they were written."""

    source: str
    written: int
    lost: tuple[int, ...]
    twice_or_more: int
    partitions: int
    position: str = ""
    """The recreated mapping's StartingPosition."""
    before_break_seconds: float | None = None
    """How long before the break it starts, where it starts at a timestamp."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Every source that was written to through the runs."""

    sources: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class AgeMinute:
    """When the iterator age of a minute was published, and until when it still rose.

    Seconds after the end of the minute.
    """

    first_seen_seconds: float
    first_milliseconds: float
    last_risen_seconds: float
    last_milliseconds: float


@dataclass(frozen=True, slots=True)
class IteratorAges:
    """The iterator age of the workload's function, looked at again and again."""

    watched_seconds: float
    minutes: tuple[AgeMinute, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """The messages that an on-failure destination received for records that failed."""

    records: int
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The account's concurrency as GetAccountSettings answers it; None where a member is absent."""

    concurrent: int | None
    unreserved: int | None
