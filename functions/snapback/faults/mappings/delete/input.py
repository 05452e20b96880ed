"""What an experiment can ask of this fault."""

from dataclasses import dataclass
from typing import Literal

from snapback.model.documented import Documented


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Documented):
    """Delete event source mappings, and recreate each exactly as it was, under a new UUID."""

    event_uuids: list[str] | Literal["all"]
    """the UUIDs of the mappings as a list, or "all" for every mapping of the function"""
    resume: Literal["lossless", "original"] = "lossless"
    """where a recreated stream mapping starts: lossless (no event is lost) or original"""
    allow_managed: bool = False
    """true to permit deleting mappings that a CloudFormation stack owns: the stack loses them"""
    accept_expiry: bool = False
    """true to permit an outage longer than MaximumRecordAgeInSeconds: Lambda gives up what expires"""
