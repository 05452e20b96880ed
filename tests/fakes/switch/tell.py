"""Nothing is told of a switch beside its name."""

from collections.abc import Sequence
from typing import Any

from snapback.model.evidence import Evidence
from snapback.model.records import Target


def effect(evidence: Evidence) -> bool | None:  # noqa: ARG001
    """Not measurable."""
    return None


def title(target: Target) -> str:
    """Its name."""
    return target.name


def tell(target: Target) -> dict[str, Any]:  # noqa: ARG001
    """Nothing."""
    return {}


def left_to_do(targets: Sequence[Target]) -> dict[str, Any]:  # noqa: ARG001
    """Nothing."""
    return {}
