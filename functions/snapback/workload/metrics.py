"""The metric series of a run, fetched from CloudWatch once, at its end, in one request."""

from collections.abc import Iterable, Mapping
from typing import Any

from snapback.model.effects import Call, Step
from snapback.model.expectations import Expectation, MetricHolds

LEAD_SECONDS = 300
"""How much of the time before the experiment is shown, for comparison."""

MINUTE = 60
MOST_SERIES = 500
"""As many as one GetMetricData request takes."""

_ITERATOR_AGE = "iterator_age_ms"
_METRICS_OF_FUNCTION = {
    "invocations": ("Invocations", "Sum"),
    "errors": ("Errors", "Sum"),
    "throttles": ("Throttles", "Sum"),
    "duration_p50_ms": ("Duration", "p50"),
    "duration_max_ms": ("Duration", "Maximum"),
    "concurrent_executions": ("ConcurrentExecutions", "Maximum"),
    _ITERATOR_AGE: ("IteratorAge", "Maximum"),
}
_OF_QUEUE = ("ApproximateAgeOfOldestMessage", "Maximum")

type Series = dict[str, list[dict[str, float]]]
type _Stats = dict[str, dict[str, Any]]


def fetch(
    function_name: str,
    queues: Iterable[str],
    expected: Iterable[Expectation],
    since: float,
    until: float,
) -> Step[tuple[Series, str]]:
    """`{name: [{at, value}]}` per minute, oldest first; a metric without data has an empty list.

    Answered with why CloudWatch refused, or an empty string.
    """
    return (yield from _collect(_stats(function_name, queues, expected), since, until))


def fetch_iterator_age(
    function_name: str, since: float, until: float
) -> Step[list[dict[str, float]]]:
    """The function's iterator age a minute, `[{at, value}]` in milliseconds; [] without any."""
    stats = {_ITERATOR_AGE: _of_function(function_name)[_ITERATOR_AGE]}
    series, _ = yield from _collect(stats, since, until)
    return series[_ITERATOR_AGE]


def _collect(stats: _Stats, since: float, until: float) -> Step[tuple[Series, str]]:
    names = {f"m{number}": name for number, name in enumerate(stats) if number < MOST_SERIES}
    series: Series = {name: [] for name in stats}
    params: dict[str, Any] = {
        "MetricDataQueries": [{"Id": i, "MetricStat": stats[name]} for i, name in names.items()],
        "StartTime": since - LEAD_SECONDS,
        "EndTime": until,
        "ScanBy": "TimestampAscending",
    }
    while True:
        answer = yield from Call("cloudwatch", "GetMetricData", params)
        for result in answer.body.get("MetricDataResults", []):
            points = zip(result["Timestamps"], result["Values"], strict=True)
            if result["Id"] in names:
                series[names[result["Id"]]] += [{"at": at, "value": value} for at, value in points]
        if not answer.body.get("NextToken"):
            return series, "" if answer.done else str(answer)
        params = {**params, "NextToken": answer.body["NextToken"]}


def name_of(expected: MetricHolds) -> str:
    """The name of the series that an expectation asks for."""
    dimensions = ",".join(f"{name}={value}" for name, value in sorted(expected.dimensions.items()))
    return f"{expected.namespace} {expected.name} {expected.statistic} {{{dimensions}}}"


def oldest_message_of(queue_arn: str) -> str:
    """The name of the series of a queue's oldest message, in seconds."""
    return f"oldest_message_seconds {queue_arn}"


def bare_name(function_name: str) -> str:
    """A function's name, from its name, its ARN or a part of it, with or without a qualifier."""
    parts = function_name.split(":")
    return parts[parts.index("function") + 1] if "function" in parts[:-1] else parts[0]


def _of_function(function_name: str) -> _Stats:
    function = {"FunctionName": bare_name(function_name)}
    return {
        name: _stat("AWS/Lambda", *metric, function)
        for name, metric in _METRICS_OF_FUNCTION.items()
    }


def _stats(function_name: str, queues: Iterable[str], expected: Iterable[Expectation]) -> _Stats:
    stats = _of_function(function_name)
    for arn in queues:
        dimensions = {"QueueName": arn.rsplit(":", 1)[1]}
        stats[oldest_message_of(arn)] = _stat("AWS/SQS", *_OF_QUEUE, dimensions)
    for each in expected:
        if isinstance(each, MetricHolds):
            stats[name_of(each)] = _stat(each.namespace, each.name, each.statistic, each.dimensions)
    return stats


def _stat(
    namespace: str, name: str, statistic: str, dimensions: Mapping[str, str]
) -> dict[str, Any]:
    metric = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    return {"Metric": metric, "Period": MINUTE, "Stat": statistic}
