"""The state of CloudWatch alarms, a hundred in each request."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched
from typing import Any

from snapback.model.effects import Call, Document, Step

ALARMS_A_CALL = 100
UNREADABLE = "UNREADABLE"


def alarms(names: Iterable[str]) -> Step[dict[str, dict[str, Any]]]:
    """Each alarm that exists: `{name: {state, since}}`, with OK, ALARM or INSUFFICIENT_DATA.

    What could not be read is UNREADABLE, and `why` is the error.
    """
    found: list[Document] = []
    unread: dict[str, dict[str, Any]] = {}
    for asked in batched(sorted(names), ALARMS_A_CALL):
        params = {
            "AlarmNames": list(asked),
            "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
            "MaxRecords": ALARMS_A_CALL,
        }
        answer = yield from Call("cloudwatch", "DescribeAlarms", params)
        if not answer.done:
            unread |= {
                name: {"state": UNREADABLE, "since": 0, "why": answer.code} for name in asked
            }
        found += [*answer.body.get("MetricAlarms", ()), *answer.body.get("CompositeAlarms", ())]
    return unread | {
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


def unusable(found: Mapping[str, Any] | None) -> str:
    """Why an alarm, as it was found or not, can tell nothing of an experiment; or an empty string."""
    if found is None:
        return "does not exist; name a CloudWatch alarm"
    if found["state"] == UNREADABLE:
        return (
            f"cannot be read ({found['why']}); grant cloudwatch:DescribeAlarms, or try again later"
        )
    return "is in ALARM already; wait until it is OK" if found["state"] == "ALARM" else ""
