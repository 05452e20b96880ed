"""What is captured of a mapping before it is broken, and what of it is told to nobody.

Filter criteria that their owner encrypts stand in one place: in the request that makes a deleted
mapping again. Whatever else is stored of them is a digest, and people are told where to look.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Self

from snapback.faults.mappings.mapping import canonical
from snapback.model.effects import Document
from snapback.model.records import Target

_FILTERS, _DIGEST = "FilterCriteria", "Sha256"


@dataclass(frozen=True, slots=True)
class CapturedMapping:
    """A mapping as it was, and what was beside it.

    `siblings` are the keys of the mappings that read the same source into other versions or aliases
    of the function. `neighbour` is the UUID of a mapping that shares the function's IteratorAge
    metric, so that nothing tells how far this one has read; empty if there is none, or if that does
    not matter. `because` says why it starts so early when it is made again, if it does.
    """

    config: Document = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    siblings: tuple[str, ...] = ()
    neighbour: str = ""
    because: str = ""

    @classmethod
    def of(cls, document: Document) -> Self:
        """Read it from the document of a snapshot; an empty document has captured nothing."""
        return cls(
            config=document.get("config", {}),
            tags=document.get("tags", {}),
            siblings=tuple(document.get("siblings", ())),
            neighbour=document.get("neighbour", ""),
            because=document.get("because", ""),
        )

    def document(self) -> Document:
        """The document of a snapshot, of JSON types."""
        return {
            "config": sealed(self.config),
            "tags": self.tags,
            "siblings": list(self.siblings),
            "neighbour": self.neighbour,
            "because": self.because,
        }


def captured(target: Target) -> CapturedMapping:
    """The mapping as it was before this cycle."""
    return CapturedMapping.of(target.snapshot.document)


def in_words(target: Target) -> str:
    """The mapping as a plan names it: its UUID, its source and its function."""
    config = captured(target).config
    source = config.get("EventSourceArn", "its Kafka brokers")
    return f"event source mapping {target.name} ({source} to {config['FunctionArn']})"


def original(target: Target) -> CapturedMapping:
    """The mapping as it was before the first cycle."""
    return CapturedMapping.of(target.snapshot.original)


def encrypted(request: Document) -> bool:
    """Whether a request has filter criteria that only its mapping's own key may show."""
    return bool(request.get("KMSKeyArn") and request.get(_FILTERS))


def sealed(config: Document, beside: Document | None = None) -> Document:
    """A configuration with a digest in place of its filter criteria, where these are encrypted.

    So are they if what is compared with it, `beside`, has a key.
    """
    filters = config.get(_FILTERS)
    key = config.get("KMSKeyArn") or (beside or {}).get("KMSKeyArn")
    if not filters or not key or _DIGEST in filters:
        return config
    text = config.get("EventSourceArn", "") + json.dumps(canonical(filters))
    return {**config, _FILTERS: {_DIGEST: sha256(text.encode()).hexdigest()}}


def elsewhere(target: Target) -> str:
    """Where the encrypted filter criteria of a deleted mapping are."""
    at = target.snapshot_at
    return f"encrypted; see undo in item {at.sk} of {at.pk} in the table"


def shown(differences: Mapping[str, Mapping[str, Any]], target: Target) -> dict[str, Any]:
    """Differences as they may be told: digests are replaced by words."""
    told: dict[str, Any] = dict(differences)
    if _FILTERS in told:
        before = elsewhere(target) if encrypted(target.undo) else "encrypted"
        words = {"before": before, "after": "encrypted"}
        told[_FILTERS] = {
            side: words[side] if _DIGEST in (value or {}) else value
            for side, value in told[_FILTERS].items()
        }
    return told
