"""Is the function that a mapping feeds there, and at rest?"""

from collections.abc import Mapping
from typing import Any

from snapback.faults.mappings.proofs.findings import NOTHING, Findings, problem
from snapback.faults.mappings.reading import NOT_FOUND
from snapback.model.effects import Call, Step


def look_up(
    config: Mapping[str, Any], known: Mapping[str, Any]
) -> Step[tuple[Mapping[str, Any], Findings]]:
    """The function's configuration (empty if it is gone), and what is wrong with it.

    A mapping outlives its function and its alias: it stays Enabled, and cannot be made again.
    `known` is the configuration of the experiment's own function, which is proved already.
    """
    arn, uuid = config["FunctionArn"], config["UUID"]
    if known.get("FunctionArn") == arn:
        return known, NOTHING
    answer = yield from Call("lambda", "GetFunction", {"FunctionName": arn}, gone=NOT_FOUND)
    if answer.gone:
        way_out = "make that version or alias again, or leave the mapping out"
        return {}, problem(uuid, f"feeds {arn}, which does not exist; {way_out}")
    if not answer.done:
        return {}, problem(uuid, f"feeds {arn}, which cannot be read ({answer})")
    found = answer.body["Configuration"]
    if reason := at_work(found):
        return found, problem(uuid, f"feeds {arn}, which {reason}")
    return found, NOTHING


def at_work(configuration: Mapping[str, Any]) -> str:
    """Why a mapping to this function could not be made now, or an empty string."""
    state = configuration.get("State", "Active")
    if state != "Active":
        return f"is {state}; wait until it is Active"
    if configuration.get("LastUpdateStatus") == "InProgress":
        return "is being updated; wait until its last update is over"
    return ""
