"""What ends a window before its time: the kill switch, or an alarm that was named as a limit."""

from collections.abc import Sequence

from snapback.effects import Answer, Call, Step
from snapback.errors import WindowClosed
from snapback.protocol.lifecycle import fence
from snapback.records import Meta

ENGAGED = "on"


def check(meta: Meta, kill_switch_parameter: str) -> Step[None]:
    """Fence the experiment and raise WindowClosed if it must not go on, with the reason."""
    reason = meta.reason or f"experiment {meta.experiment_id} is {meta.status}"
    if meta.status == "running":
        reason = yield from kill_switch(kill_switch_parameter)
        reason = reason or (yield from stop_alarm(meta.experiment["stop_alarms"]))
    if reason:
        yield from fence(meta, reason)
        raise WindowClosed(reason)


def kill_switch(parameter_name: str) -> Step[str]:
    """Why nothing may run, or an empty string; a switch that cannot be read counts as engaged."""
    answer: Answer = yield Call("ssm", "GetParameter", {"Name": parameter_name}, at_home=True)
    if not answer.done:
        return f"the kill switch {parameter_name} cannot be read ({answer})"
    engaged = answer.body["Parameter"]["Value"].strip().lower() == ENGAGED
    return f"the kill switch {parameter_name} is engaged" if engaged else ""


def stop_alarm(names: Sequence[str]) -> Step[str]:
    """Which of the named alarms is in ALARM, or an empty string; what cannot be read is no alarm."""
    states = yield from alarm_states(names)
    ringing = sorted(name for name, state in states.items() if state == "ALARM")
    return f"stop alarm {', '.join(ringing)} is in ALARM" if ringing else ""


def alarm_states(names: Sequence[str]) -> Step[dict[str, str]]:
    """The state of each alarm that exists: `{name: "OK" | "ALARM" | "INSUFFICIENT_DATA"}`."""
    if not names:
        return {}
    answer: Answer = yield Call(
        "cloudwatch",
        "DescribeAlarms",
        {"AlarmNames": list(names), "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]},
    )
    found = [*answer.body.get("MetricAlarms", ()), *answer.body.get("CompositeAlarms", ())]
    return {each["AlarmName"]: each["StateValue"] for each in found}
