"""The life of mappings, and those with something special about them."""

from __future__ import annotations

from dataclasses import dataclass

from prove.evidence.runs import Run


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a mapping stayed in a state."""

    source: str
    state: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call answered while a mapping was in a state; an accepted one has no code."""

    call: str
    state: str
    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class MappingLives:
    """Mappings that were watched from their creation until they were gone."""

    stays: tuple[Stay, ...]
    replies: tuple[Reply, ...]
    """To changes that were sent while a mapping was in transition."""


@dataclass(frozen=True, slots=True)
class Recreation:
    """Creates that were sent right after the delete of a mapping with the same key."""

    old_uuid: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """The members of a mapping in raw responses that the SDK's model does not have."""

    responses: int
    beside_the_model: tuple[str, ...]
    """With their values."""
    refused: tuple[str, ...]
    """Those for which Snapback refuses a mapping."""


@dataclass(frozen=True, slots=True)
class Managed:
    """A mapping that a CloudFormation stack owns."""

    tags: tuple[str, ...]
    """The names of its `aws:` tags."""
    refused: str
    """Why an experiment without `allow_managed` was refused, or an empty string."""
    run: Run
    lost_tags: tuple[str, ...]
    update: str
    """The status of the stack after an update of the mapping that was recreated."""
    reason: str


@dataclass(frozen=True, slots=True)
class EncryptedFilters:
    """An experiment on a mapping whose filters are encrypted with a customer's key."""

    run: Run
    error_shown: bool
    """Whether a caller who may not decrypt sees a FilterCriteriaError."""
    filters_shown: bool
    """Whether that caller sees the filters."""
