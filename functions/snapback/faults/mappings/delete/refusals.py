"""Why a mapping is not deleted: it could not be made again as it was, or nobody allowed it."""

from collections.abc import Iterable, Iterator

from snapback.faults.mappings.reading import hidden, transition, unfiltered
from snapback.model.effects import Answer, Document


def refuse(config: Document, unknown: Iterable[str] = ()) -> str:
    """Why a mapping that reads like this could not be made again, or an empty string.

    `unknown` are the paths of members that this version does not know.
    """
    if fields := ", ".join(unknown):
        return f"has settings that this version does not know ({fields}); upgrade Snapback"
    return transition(config) or hidden(config)


def remark(got: Answer) -> Iterator[str]:
    """What could be lost of a mapping although it is deleted: nothing of it can be seen."""
    if unset := ", ".join(got.unset):
        yield (
            f"Lambda returns settings that this version does not know, without a value ({unset}); "
            "they are not in the request that recreates the mapping."
        )
    if unfiltered(got.body):
        yield (
            f"Mapping {got.body['UUID']} has a key for filter criteria, {got.body['KMSKeyArn']}, "
            "but Lambda returns neither criteria nor an error; it is recreated without any."
        )


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
