"""The keys that only this fault has."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """The text under each field is its documentation and its error hint."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }

    event_uuids: list[str] | Literal["all"]
    """the mappings' UUIDs as a list, or "all" mappings of the function"""
