"""The metric series of a run, fetched from CloudWatch once, at its end."""

from collections.abc import Mapping
from typing import Any

from snapback.effects import Answer, Call, Step

LEAD_SECONDS = 300
"""How much of the time before the experiment is shown, for comparison."""

_PERIOD_SECONDS = 60
_METRICS = {
    "invocations": ("Invocations", "Sum"),
    "errors": ("Errors", "Sum"),
    "iterator_age_ms": ("IteratorAge", "Maximum"),
}

type Series = dict[str, list[dict[str, float]]]


def fetch(function_name: str, since: float, until: float) -> Step[Series]:
    """`{name: [{at, value}]}` per minute, oldest first; a metric without data has an empty list."""
    answer: Answer = yield Call(
        "cloudwatch",
        "GetMetricData",
        {
            "MetricDataQueries": [_query(name, function_name) for name in _METRICS],
            "StartTime": since - LEAD_SECONDS,
            "EndTime": until,
            "ScanBy": "TimestampAscending",
        },
    )
    series: Series = {name: [] for name in _METRICS}
    for result in answer.body.get("MetricDataResults", []):
        series[result["Id"]] = [
            {"at": at, "value": value}
            for at, value in zip(result["Timestamps"], result["Values"], strict=True)
        ]
    return series


def _query(name: str, function_name: str) -> Mapping[str, Any]:
    metric, stat = _METRICS[name]
    dimensions = [{"Name": "FunctionName", "Value": function_name}]
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": metric,
                "Dimensions": dimensions,
            },
            "Period": _PERIOD_SECONDS,
            "Stat": stat,
        },
    }
