"""What a run works with: the account, what is deployed, its guard, and its pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from prove.account import Account
from prove.limit import Limit
from prove.prices import Usage
from snapback.faults.mappings.iterator_age import WINDOW_SECONDS

MAPPING_IDENTITY = frozenset({
    "UUID", "EventSourceMappingArn", "LastModified", "LastProcessingResult",
    "StateTransitionReason", "StartingPosition", "StartingPositionTimestamp", "ResponseMetadata",
})  # fmt: skip
"""What is not the same on a mapping that was made again: its identity, and where a stream starts."""
OWNERS = "aws:"
"""Tags with this prefix cannot be given back by anyone."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a run holds and waits; seconds, except where a name says otherwise."""

    hold: int
    settle: float
    """For a mapping to come to rest."""
    experiment: float
    back: float
    """For everything to be back after an interruption."""
    drain: float
    ages: float
    """How long the iterator age is watched."""
    rest: int
    """For how long the mapping of a stream is left alone before it is deleted."""
    stops: int
    """How many executions are started to be stopped; one may end before its state is seen."""
    crowd: int
    """How many mappings the crowd has."""
    lanes: int
    """How many lanes run beside each other."""

    @classmethod
    def on_aws(cls) -> Self:
        """For a real account."""
        return cls(hold=45, settle=300, experiment=1200, back=900, drain=600, ages=900,
                   rest=WINDOW_SECONDS + 30, stops=12, crowd=60, lanes=4)  # fmt: skip

    @classmethod
    def on_lab(cls) -> Self:
        """For the lab, whose mappings need seconds."""
        return cls(hold=3, settle=60, experiment=240, back=240, drain=120, ages=75,
                   rest=0, stops=12, crowd=12, lanes=1)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """Everything deployed, by the outputs of its stacks."""

    account: Account
    name: str
    product: Mapping[str, str]
    workload: Mapping[str, str]
    other: Mapping[str, str]
    clusters: Mapping[str, Mapping[str, str]]
    """The outputs of the flagged sources' stacks."""
    standing: tuple[Usage, ...]
    """What is paid for each hour that it stands."""
    planned_dollars: float
    limit: Limit
    pace: Pace
    say: Callable[[str], object]

    def aws(self, service: str, region: str = "") -> Any:
        """A client."""
        return self.account.client(service, region)

    def mappings(self, function: str, region: str = "") -> list[dict[str, Any]]:
        """Every mapping of a function as Lambda lists it."""
        pages = self.aws("lambda", region).get_paginator("list_event_source_mappings")
        listed = [
            each
            for page in pages.paginate(FunctionName=function)
            for each in page["EventSourceMappings"]
        ]
        return sorted(listed, key=lambda each: str(each["EventSourceArn"]))

    def settings(self, function: str, region: str = "") -> list[dict[str, Any]]:
        """Every setting, state and tag of a function's mappings, in the order of their sources."""
        return [
            {k: v for k, v in each.items() if k not in MAPPING_IDENTITY}
            | {"Tags": self._tags(each["EventSourceMappingArn"], region)}
            for each in self.mappings(function, region)
        ]

    def _tags(self, arn: str, region: str) -> dict[str, str]:
        functions = self.aws("lambda", region)
        try:
            found = functions.list_tags(Resource=arn)["Tags"]
        except functions.exceptions.ResourceNotFoundException:
            return {}
        return {k: v for k, v in found.items() if not k.startswith(OWNERS)}

    def all_enabled(self, function: str, region: str = "") -> bool:
        """Whether every mapping of a function is at rest and enabled."""
        return all(each["State"] == "Enabled" for each in self.mappings(function, region))
