"""What is captured of a mapping before it is broken."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from snapback.model.effects import Document
from snapback.model.records import Target


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
            "config": self.config,
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
