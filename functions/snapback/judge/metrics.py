"""Judgements that rest on metric series."""

import operator
from collections.abc import Callable

from snapback.model.evidence import LEAD_SECONDS, Evidence, Span, quiet_minutes
from snapback.model.expectations import InvocationsStopped, MetricHolds
from snapback.model.verdict import Verdict, deviated, held, unknown
from snapback.workload.metrics import name_of

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def invocations_stopped(_expected: InvocationsStopped, evidence: Evidence) -> Verdict:
    """There were invocations before, and none in any whole minute with every target broken."""
    quiet = quiet_minutes(evidence)
    if quiet is None:
        return unknown(
            "not measurable: that takes invocations before the window, a whole minute with every "
            "target broken, and metrics that are published up to then"
        )
    minutes, invocations = quiet
    judge = deviated if invocations else held
    reason = f"{invocations:.0f} invocations in {len(minutes)} whole minutes of the window"
    return judge(reason, minutes=len(minutes), invocations=invocations)


def metric_holds(expected: MetricHolds, evidence: Evidence) -> Verdict:
    """Every whole minute of the period has a value on the right side of the threshold."""
    points = evidence.series.get(name_of(expected), [])
    minutes = {minute for span in _period(expected, evidence) for minute in span.minutes()}
    values = [point["value"] for point in points if point["at"] in minutes]
    if not values:
        return unknown(f"CloudWatch has no whole minute of it ({expected.during})")
    compare = COMPARISONS[expected.comparison]
    wrong = [value for value in values if not compare(value, expected.threshold)]
    figures = {"minutes": len(values), "lowest": min(values), "highest": max(values)}
    wanted = f"{expected.comparison} {expected.threshold:g}"
    if wrong:
        return deviated(f"{len(wrong)} of {len(values)} minutes were not {wanted}", **figures)
    return held(f"all {len(values)} minutes were {wanted}", **figures)


def _period(expected: MetricHolds, evidence: Evidence) -> tuple[Span, ...]:
    began, back = evidence.began, evidence.back
    if began is None or back is None:
        return ()
    match expected.during:
        case "before":
            return (Span(began - LEAD_SECONDS, began),)
        case "after":
            return (Span(back, evidence.until),)
    return evidence.any_broken
