"""Guarding the stack: nothing an open experiment needs is taken away before it is over.

CloudFormation asks before it removes the guard, which it does first, and when the table's name
changes, which means that another table takes its place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from snapback.model.clock import Clock
from snapback.model.effects import Call, Step
from snapback.model.records import Meta, Target
from snapback.model.timings import Timings
from snapback.protocol.lifecycle import load, load_targets
from snapback.rescue.interruption import ENGAGED
from snapback.rescue.restoration import finish, take_over

LONGEST_REASON = 2_000
"""CloudFormation takes an answer of 4,096 bytes in all."""

_REASON = "the stack is being removed, or its table replaced"
_WAY_OUT = (
    "Retry once they are restored, or abandon what cannot be; a stack that is not removed after all "
    "needs its kill switch set to off. See docs/operations.md."
)


def guarded_table(request: Mapping[str, Any]) -> str:
    """The table whose experiments must be over before CloudFormation goes on, or an empty string."""
    asked = str(request["ResourceProperties"]["TableName"])
    if request["RequestType"] == "Delete":
        return asked
    before = str(request.get("OldResourceProperties", {}).get("TableName", asked))
    return before if before != asked else ""


def refuse_new(request: Mapping[str, Any], kill_switch_parameter: str) -> Step[None]:
    """Engage the kill switch of a stack that is being removed: nothing may start behind the guard.

    RuntimeError if it cannot be engaged.
    """
    if request["RequestType"] != "Delete":
        return
    params = {"Name": kill_switch_parameter, "Value": ENGAGED, "Overwrite": True}
    answer = yield from Call("ssm", "PutParameter", params, at_home=True, changes=True)
    if not answer.done:
        raise RuntimeError(f"the kill switch {kill_switch_parameter} cannot be engaged ({answer})")


def begin(experiment_id: str, timings: Timings, clock: Clock) -> Step[tuple[Meta, list[Target]]]:
    """Fence an experiment, if it is open; answers it with its targets."""
    yield from take_over({"experiment_id": experiment_id, "reason": _REASON}, timings, clock)
    meta = yield from load(experiment_id)
    return meta, (yield from load_targets(experiment_id))


def end(meta: Meta, clock: Clock) -> Step[str]:
    """Close an experiment whose targets are back; else say which are not.

    One that was closed meanwhile has only terminal targets, and its record is not touched.
    """
    targets = yield from load_targets(meta.experiment_id)
    if (yield from finish(meta, targets, None, clock())):
        return ""
    left = [f"{each.uuid} is {each.status}" for each in targets if not each.terminal]
    return f"{meta.experiment_id} ({', '.join(left)})"


def refusal(still_open: Sequence[str]) -> str:
    """Why CloudFormation must not go on, or an empty string if nothing is open."""
    listed = "; ".join(still_open)
    return (
        f"Experiments that are not over: {len(still_open)}. {_WAY_OUT} {listed}" if listed else ""
    )


def response(request: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """The answer to CloudFormation: FAILED for a reason, SUCCESS without one."""
    physical_id = request.get("PhysicalResourceId") or request["LogicalResourceId"]
    return {
        "Status": "FAILED" if reason else "SUCCESS",
        "Reason": reason[:LONGEST_REASON],
        "PhysicalResourceId": physical_id,
        "StackId": request["StackId"],
        "RequestId": request["RequestId"],
        "LogicalResourceId": request["LogicalResourceId"],
    }
