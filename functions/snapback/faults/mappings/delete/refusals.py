"""Why a mapping is not deleted: it could not be made again as it was, or nobody allowed it."""

from collections.abc import Iterable

from snapback.faults.mappings.reading import transition, unreadable
from snapback.model.effects import Document


def refuse(config: Document, unknown: Iterable[str] = ()) -> str:
    """Why a mapping that reads like this could not be made again, or an empty string.

    `unknown` are the paths of members that this version does not know.
    """
    return transition(config) or unreadable(config, unknown)


def managed(stack_name: str) -> str:
    """Why a mapping that a CloudFormation stack owns is not deleted unless that is asked for."""
    return (
        f"belongs to CloudFormation stack {stack_name}, which would lose it; choose the fault "
        "disable-mappings, or set allow_managed to true if that is what you want"
    )


def unbuildable(problem: str) -> str:
    """Why a mapping is not deleted whose create request is not valid."""
    return (
        f"could not be made again: its create request is not valid ({problem}); upgrade Snapback, "
        "or choose the fault disable-mappings"
    )
