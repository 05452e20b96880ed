"""What an experiment can ask of this fault."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Disable event source mappings, and enable them again; each keeps its UUID and its place."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }

    event_uuids: list[str] | Literal["all"]
    """the UUIDs of the mappings as a list, or "all" for every mapping of the function"""
    accept_expiry: bool = False
    """true to permit an outage longer than MaximumRecordAgeInSeconds: Lambda gives up what expires"""
