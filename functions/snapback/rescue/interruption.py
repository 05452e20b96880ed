"""What ends a window early: the kill switch, or a stop alarm."""

from collections.abc import Sequence

from snapback.model.effects import Answer, Call, Document, Step
from snapback.model.errors import WindowClosed
from snapback.model.records import Meta
from snapback.protocol.lifecycle import fence
from snapback.workload.alarms import ringing
from snapback.workload.functions import bare_name, get_function, opted_in

ENGAGED = "on"


def may_inject(meta: Meta, kill_switch_parameter: str, allowed_tag: str = "") -> Step[None]:
    """End the window with WindowClosed unless another target may be touched now.

    Where a tag is named, the function must still carry it. Nothing that restores asks for it.
    """
    refused = yield from not_startable(kill_switch_parameter)
    if allowed_tag and not refused:
        refused = yield from _not_permitted(meta.experiment.function_name, allowed_tag)
    yield from _end_if(meta, refused)


def _not_permitted(function_name: str, allowed_tag: str) -> Step[str]:
    function = yield from get_function(bare_name(function_name))
    if not function.done:
        return f"function {function_name} cannot be read ({function})"
    if opted_in(function.body, allowed_tag):
        return ""
    return f"function {function_name} has opted out: it is not tagged {allowed_tag}=true any more"


def may_go_on(meta: Meta, kill_switch_parameter: str) -> Step[None]:
    """End the window with WindowClosed if something says that it must not go on."""
    yield from _end_if(meta, (yield from engaged(kill_switch_parameter)))


def _end_if(meta: Meta, switched_off: str) -> Step[None]:
    reason = meta.reason or f"experiment {meta.experiment_id} is {meta.status}"
    if meta.status == "running":
        reason = switched_off or (yield from stop_alarm(meta.experiment.stop_alarms))
    if reason:
        yield from fence(meta, reason)
        raise WindowClosed(reason)


def not_startable(kill_switch_parameter: str) -> Step[str]:
    """Why nothing may start, or an empty string: a switch that cannot be read could stop nothing."""
    answer = yield from _read(kill_switch_parameter)
    if not answer.done:
        return f"the kill switch {kill_switch_parameter} cannot be read ({answer})"
    return (yield from _engaged(kill_switch_parameter, answer))


def engaged(kill_switch_parameter: str) -> Step[str]:
    """Why everything must stop, or an empty string: a switch that cannot be read is no reason."""
    answer = yield from _read(kill_switch_parameter)
    return (yield from _engaged(kill_switch_parameter, answer))


def _read(parameter: str) -> Step[Answer]:
    answer = yield from Call("ssm", "GetParameter", {"Name": parameter}, at_home=True)
    return answer


def _engaged(parameter: str, answer: Answer) -> Step[str]:
    value = answer.body.get("Parameter", {}).get("Value", "")
    if value.strip().lower() != ENGAGED:
        return ""
    who = yield from _changed_by(parameter)
    return f"the kill switch {parameter} is engaged{f' by {who}' if who else ''}"


def _changed_by(parameter: str) -> Step[str]:
    """The ARN of whoever set the parameter last, or an empty string if that cannot be read."""
    asked = {"Name": parameter}
    versions: list[Document] = []
    while True:
        answer = yield from Call("ssm", "GetParameterHistory", asked, at_home=True)
        versions += answer.body.get("Parameters", ())
        token = answer.body.get("NextToken")
        if not token:
            break
        asked = {"Name": parameter, "NextToken": token}
    newest = max(versions, key=lambda each: int(each["Version"]), default={})
    who = str(newest.get("LastModifiedUser", ""))
    return who if who.startswith("arn:") else ""


def stop_alarm(names: Sequence[str]) -> Step[str]:
    """Which of the named alarms are in ALARM, in words, or an empty string."""
    found = yield from ringing(names)
    return f"stop alarm {', '.join(found)} is in ALARM" if found else ""
