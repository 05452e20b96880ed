"""What waited for a function during a run, as points over time for its charts; pure."""

from collections.abc import Sequence

from snapback.model.effects import Document
from snapback.workload.metrics import ITERATOR_AGE

type Points = Sequence[tuple[float, float]]
"""`(epoch second, value)`, oldest first."""

_COUNTED = {"visible": "visible", "in flight": "in_flight", "delayed": "delayed"}


def waiting(report: Document, source_arn: str) -> dict[str, Points]:
    """The messages that waited in a source, by what they were waiting for; {} if nobody counted.

    A count of what was written and not handled yet is preferred to the samples of a queue.
    """
    parts = source_arn.split(":")
    kind = parts[2] if parts[0] == "arn" else ""
    if points := _points(report.get("backlog", {}).get(kind)):
        return {"written, not handled yet": points}
    found = {name: _sampled(report, source_arn, key) for name, key in _COUNTED.items()}
    if not found["visible"]:
        return {}
    return {
        name: points
        for name, points in found.items()
        if name == "visible" or any(value for _, value in points)
    }


def seconds_behind(report: Document) -> Points:
    """How far behind the function's streams were: CloudWatch has one figure for all of them."""
    age = _points(report.get("series", {}).get(ITERATOR_AGE))
    return [(at, value / 1000) for at, value in age]


def _sampled(report: Document, arn: str, key: str) -> Points:
    return [
        (sample["at"], sample["queues"][arn][key])
        for sample in report.get("samples", ())
        if key in sample.get("queues", {}).get(arn, {})
    ]


def _points(series: Sequence[Document] | None) -> Points:
    return [(each["at"], each["value"]) for each in series or ()]
