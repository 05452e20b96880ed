"""One experiment as the user asks for it: every input key, its type, range, default and meaning."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Self

from annotated_types import Ge, Le, MaxLen, MinLen

from snapback.model import expectations
from snapback.model.expectations import ByType, Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """The validated request; the text under each field is its documentation and its error hint."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "use_attribute_docstrings": True,
    }

    function_name: Annotated[str, MinLen(1)]
    """the target function: its name, its ARN, or either with a qualifier"""
    event_uuids: list[str] | Literal["all"]
    """the mappings' UUIDs as a list, or "all" mappings of the function"""
    fault: Literal["delete-mappings", "disable-mappings"] = "delete-mappings"
    """delete-mappings (made again afterwards) or disable-mappings (keep UUID and checkpoint)"""
    region: str | None = None
    """the target's Region, such as eu-west-1; without it the stack's own"""
    assume_role_arn: str | None = None
    """the ARN of a role to assume for every call on the target: SnapbackTarget of its account"""
    total_chaos_duration: Annotated[int, Ge(1)] = 30
    """whole seconds the fault holds once the last target is affected, from 1 to the stack's limit"""
    sequence: Literal["parallel", "serial", "rolling"] = "parallel"
    """parallel (all at once), serial (one at a time, one shared hold) or rolling (each its own)"""
    cycles: Annotated[int, Ge(1), Le(100)] = 1
    """how many times the fault is injected and restored, 1 to 100"""
    chaos_interval: Annotated[int, Ge(0), Le(86_400)] = 30
    """whole seconds between two cycles, 0 to 86400"""
    ramp_time: Annotated[int, Ge(0), Le(86_400)] = 0
    """whole seconds to wait before the first change and after the restore, 0 to 86400"""
    resume: Literal["lossless", "original"] = "lossless"
    """where a recreated stream mapping starts: lossless (no event lost) or original"""
    stop_alarms: Annotated[list[str], MaxLen(100)] = field(default_factory=list)
    """names of CloudWatch alarms, at most 100; the window ends at once when one is in ALARM"""
    expect: Annotated[list[Annotated[Expectation, ByType()]], MaxLen(50)] = field(
        default_factory=list
    )
    """a list of expectations, at most 50, each an object whose type says what is expected"""
    allow_managed: bool = False
    """true to permit deleting mappings that a CloudFormation stack owns: the stack loses them"""
    dry_run: bool = False
    """true to validate and return the plan without touching anything"""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """A validated experiment read back from its record."""
        expected = [expectations.of(each) for each in stored.get("expect", ())]
        return cls(**{**stored, "expect": expected})

    def stored(self) -> dict[str, Any]:
        """Its record, of JSON types."""
        return asdict(self)
