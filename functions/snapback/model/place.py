"""Where requests about a target go."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Place:
    """A Region, and the role to assume there; None is the stack's own.

    `in_a_hurry`, a request is tried once and briefly, because the Region may not answer.
    """

    region: str | None = None
    role_arn: str | None = None
    in_a_hurry: bool = False

    def hurried(self) -> Self:
        """The same place, for requests that must not take long."""
        return replace(self, in_a_hurry=True)


HOME = Place()
"""The stack's own account and Region."""
