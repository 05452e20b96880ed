"""Guarding the stack: nothing an open experiment needs is taken away before it is over.

CloudFormation asks before it removes the guard, which it removes first, and when the table's name
changes, because another table then takes its place.
"""

from collections.abc import Sequence
from typing import Any

from snapback.model.effects import Call, Document, Step, Wait
from snapback.model.steps import together
from snapback.protocol.attempt import Attempt
from snapback.protocol.lifecycle import finish, load, load_standing, load_targets, open_experiments
from snapback.rescue.interruption import ENGAGED
from snapback.rescue.restoration import restore_all
from snapback.rescue.takeover import take_over

LONGEST_REASON = 2_000
"""CloudFormation takes an answer of 4,096 bytes in all."""

_REASON = "the stack is being removed, or its table replaced"
_WAY_OUT = (
    "Retry once they are restored, or abandon what cannot be; a stack that is not removed after all "
    "needs its kill switch set to off. See docs/operations.md."
)


def guarded_table(request: Document) -> str:
    """The table whose experiments must be over before CloudFormation goes on, or an empty string."""
    asked = str(request["ResourceProperties"]["TableName"])
    if request["RequestType"] == "Delete":
        return asked
    before = str(request.get("OldResourceProperties", {}).get("TableName", asked))
    return before if before != asked else ""


def _refuse_new(request: Document, kill_switch_parameter: str) -> Step[None]:
    """Engage the kill switch of a stack that is being removed: nothing may start from now on.

    RuntimeError if it cannot be engaged.
    """
    if request["RequestType"] != "Delete":
        return
    params = {"Name": kill_switch_parameter, "Value": ENGAGED, "Overwrite": True}
    answer = yield from Call("ssm", "PutParameter", params, at_home=True, changes=True)
    if not answer.done:
        raise RuntimeError(f"the kill switch {kill_switch_parameter} cannot be engaged ({answer})")


def guard(
    request: Document, kill_switch_parameter: str, answer_seconds: float, attempt: Attempt
) -> Step[str]:
    """Put back and close every open experiment; answers why not, or an empty string.

    `answer_seconds` is how long the answer to CloudFormation may take.
    """
    settle = attempt.timings.guard_settle_seconds
    yield from _refuse_new(request, kill_switch_parameter)
    while True:
        yield from Wait(settle)
        found = yield from open_experiments()
        seconds = (attempt.steps_end_at - answer_seconds - attempt.now) / (len(found) + 1)
        left = []
        for each in found:
            left.append((yield from _close(each, seconds, attempt)))  # noqa: PERF401  # it yields
        still_open = [each for each in left if each]
        late = attempt.now > attempt.steps_end_at - answer_seconds - 2 * settle
        if late or not still_open:
            return refusal(still_open)


def _close(experiment_id: str, seconds: float, attempt: Attempt) -> Step[str]:
    """Give one experiment so many seconds to be put back; answers what is left of it.

    What goes wrong with one is told with its name and does not stop the others.
    """
    [ended] = yield from together(
        [_put_back(experiment_id, seconds, attempt)], attempt.steps_end_at, attempt.clock
    )
    if ended.result is None:
        return f"{experiment_id} ({ended.error or 'there was no time to close it'})"
    return ended.result


def _put_back(experiment_id: str, seconds: float, attempt: Attempt) -> Step[str]:
    """Fence it, restore its targets and close it; one that was closed meanwhile is left alone."""
    yield from take_over({"experiment_id": experiment_id, "reason": _REASON}, attempt)
    meta = yield from load(experiment_id)
    targets = yield from load_targets(experiment_id)
    yield from restore_all(meta, targets, attempt, seconds)
    after = yield from load_standing(experiment_id)
    if (yield from finish(meta, after, None, attempt.now)):
        return ""
    left = [f"{each.name} is {each.status}" for each in after if not each.terminal]
    return f"{experiment_id} ({', '.join(left)})"


def refusal(still_open: Sequence[str]) -> str:
    """Why CloudFormation must not proceed, or an empty string if nothing is open."""
    listed = "; ".join(still_open)
    return (
        f"Experiments that are not over: {len(still_open)}. {_WAY_OUT} {listed}" if listed else ""
    )


def response(request: Document, reason: str) -> dict[str, Any]:
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
