"""The state of CloudWatch alarms, a hundred in each request."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from snapback.model.effects import Call, Document, Step

ALARMS_A_CALL = 100


def alarms(names: Iterable[str]) -> Step[dict[str, dict[str, Any]]]:
    """Each alarm that exists: `{name: {state, since}}`, with OK, ALARM or INSUFFICIENT_DATA."""
    found: list[Document] = []
    for asked in batched(sorted(names), ALARMS_A_CALL):
        params = {
            "AlarmNames": list(asked),
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
            "MaxRecords": ALARMS_A_CALL,
        }
        answer = yield from Call("cloudwatch", "DescribeAlarms", params)
        found += [*answer.body.get("MetricAlarms", ()), *answer.body.get("CompositeAlarms", ())]
    return {
        each["AlarmName"]: {
            "state": each["StateValue"],
            "since": each.get("StateTransitionedTimestamp") or each.get("StateUpdatedTimestamp", 0),
        }
        for each in found
    }


def ringing(names: Sequence[str]) -> Step[list[str]]:
    """Which of the named alarms are in ALARM; what cannot be read does not ring."""
    found = yield from alarms(names)
    return sorted(name for name, each in found.items() if each["state"] == "ALARM")
