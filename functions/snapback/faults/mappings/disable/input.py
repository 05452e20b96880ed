"""What an experiment can ask of this fault."""

from dataclasses import dataclass
from typing import Literal

from snapback.model.documented import Documented


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Documented):
    """Disable event source mappings, and enable them again; each keeps its UUID and its place."""

    event_uuids: list[str] | Literal["all"]
    """the UUIDs of the mappings as a list, or "all" for every mapping of the function"""
    accept_expiry: bool = False
    """true to permit an outage longer than MaximumRecordAgeInSeconds: Lambda gives up what expires"""
