"""What the parts of the stack hand to its functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Wiring:
    """ARNs by kind of resource, for the functions' roles, and variables, for their environment."""

    resources: Mapping[str, tuple[str, ...]]
    environment: Mapping[str, str]

    def __or__(self, other: Self) -> "Wiring":
        """Both together."""
        return Wiring(
            {**self.resources, **other.resources}, {**self.environment, **other.environment}
        )
