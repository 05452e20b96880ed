"""One experiment as the user asks for it: the keys that every fault has, and what each means."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Annotated, Any, Literal, Self

from snapback.model import expectations
from snapback.model.documented import Documented, Limits
from snapback.model.effects import Document
from snapback.model.expectations import ByType, Expectation
from snapback.model.place import Place

DEFAULT_FAULT = "delete-mappings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment(Documented):
    """The validated request; the text under each field is its documentation and its error hint.

    `own` holds the keys of its fault alone, which the fault's `Input` describes.
    """

    function_name: Annotated[str, Limits(min_length=1)]
    """the target function: its name, its ARN, or either with a qualifier"""
    fault: str = DEFAULT_FAULT
    """the fault to inject; each adds keys of its own"""
    region: str | None = None
    """the target's Region, such as eu-west-1; without it the stack's own"""
    assume_role_arn: str | None = None
    """the ARN of a role to assume for every call on the target, such as SnapbackTarget"""
    total_chaos_duration: Annotated[int, Limits(ge=1)] = 30
    """whole seconds the fault holds once the last target is broken, from 1 to the stack's limit"""
    sequence: Literal["parallel", "serial", "rolling"] = "parallel"
    """parallel (all at once), serial (one at a time, one shared hold) or rolling (each its own)"""
    cycles: Annotated[int, Limits(ge=1, le=100)] = 1
    """how many times the fault is injected and restored, 1 to 100"""
    chaos_interval: Annotated[int, Limits(ge=0, le=86_400)] = 30
    """whole seconds between two cycles, 0 to 86400"""
    ramp_time: Annotated[int, Limits(ge=0, le=86_400)] = 0
    """whole seconds to wait before the first change and after the restore, 0 to 86400"""
    stop_alarms: Annotated[list[str], Limits(max_length=100)] = field(default_factory=list)
    """names of CloudWatch alarms, at most 100; the window ends at once when one is in ALARM"""
    expect: Annotated[list[Annotated[Expectation, ByType()]], Limits(max_length=50)] = field(
        default_factory=list
    )
    """a list of expectations, at most 50, each an object whose type says what is expected"""
    requested_by: Annotated[str, Limits(max_length=200)] | None = None
    """who asked for it and why, in words, such as a name and a ticket; reported as it is given"""
    dry_run: bool = False
    """true to validate and return the plan without touching anything"""
    own: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Document) -> Self:
        """A validated experiment read back from its record."""
        common = {name: value for name, value in stored.items() if name in COMMON_KEYS}
        own = {name: value for name, value in stored.items() if name not in COMMON_KEYS}
        expected = [expectations.of(each) for each in stored.get("expect", ())]
        return cls(**{**common, "expect": expected}, own=own)

    def stored(self) -> dict[str, Any]:
        """Its record, of JSON types: one flat document, as it was asked for."""
        stored = asdict(self)
        own: dict[str, Any] = stored.pop("own")
        return stored | own

    def told(self) -> dict[str, Any]:
        """The same as reports show it."""
        return self.stored() | {"expect": [expectations.told(each) for each in self.expect]}

    @property
    def place(self) -> Place:
        """Where its target is."""
        return Place(self.region, self.assume_role_arn)


COMMON_KEYS = tuple(each.name for each in fields(Experiment) if each.name != "own")
"""The keys that every fault has."""
