"""Metric series, one value a minute: the only reader of CloudWatch's GetMetricData."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from snapback.model.effects import Call, Document, Step
from snapback.model.evidence import LEAD_SECONDS, MINUTE, Series
from snapback.model.expectations import Expectation, MetricHolds
from snapback.model.source import Source
from snapback.workload.functions import bare_name
from snapback.workload.queues import source_queues

MOST_SERIES = 500
"""The most that one GetMetricData request takes."""

ITERATOR_AGE = "iterator_age_ms"
ERRORS, THROTTLES, LONGEST_DURATION = "errors", "throttles", "duration_max_ms"
_METRICS_OF_FUNCTION = {
    "invocations": ("Invocations", "Sum"),
    ERRORS: ("Errors", "Sum"),
    THROTTLES: ("Throttles", "Sum"),
    "duration_p50_ms": ("Duration", "p50"),
    LONGEST_DURATION: ("Duration", "Maximum"),
    "concurrent_executions": ("ConcurrentExecutions", "Maximum"),
    ITERATOR_AGE: ("IteratorAge", "Maximum"),
}
_OF_QUEUE = ("ApproximateAgeOfOldestMessage", "Maximum")

type Stat = Document
"""A metric and its statistic, as the `MetricStat` of a query."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Each series by its name, oldest point first, and why CloudWatch refused, if it did."""

    series: Series
    refused: str = ""


def read_run(
    function_name: str,
    sources: Iterable[Source],
    expected: Iterable[Expectation],
    since: float,
    until: float,
) -> Step[Measured]:
    """The series of a whole run, and of the minutes before it."""
    stats = _of_run(function_name, source_queues(sources), expected)
    return (yield from read(stats, since - LEAD_SECONDS, until))


def read_iterator_age(function_name: str, since: float, until: float) -> Step[Measured]:
    """The iterator age in milliseconds: CloudWatch has one for all streams of a function."""
    return read_of_function([ITERATOR_AGE], function_name, since, until)


def read_of_function(
    names: Iterable[str], function_name: str, since: float, until: float
) -> Step[Measured]:
    """Some series of a function, of all its versions and aliases together."""
    stats = _of_function(function_name)
    return read({name: stats[name] for name in names}, since, until)


def read(stats: Mapping[str, Stat], since: float, until: float) -> Step[Measured]:
    """Some series by name; a metric without data has an empty list."""
    names = {f"m{number}": name for number, name in enumerate(stats) if number < MOST_SERIES}
    series: Series = {name: [] for name in stats}
    params: dict[str, Any] = {
        "MetricDataQueries": [{"Id": i, "MetricStat": stats[name]} for i, name in names.items()],
        "StartTime": since,
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
            return Measured(series, "" if answer.done else str(answer))
        params = {**params, "NextToken": answer.body["NextToken"]}


def name_of(expected: MetricHolds) -> str:
    """The name of the series that an expectation asks for."""
    dimensions = ",".join(f"{name}={value}" for name, value in sorted(expected.dimensions.items()))
    return f"{expected.namespace} {expected.name} {expected.statistic} {{{dimensions}}}"


def oldest_message_of(queue_arn: str) -> str:
    """The name of the series of a queue's oldest message, in seconds."""
    return f"oldest_message_seconds {queue_arn}"


def _of_function(function_name: str) -> dict[str, Stat]:
    function = {"FunctionName": bare_name(function_name)}
    return {
        name: stat("AWS/Lambda", *metric, function) for name, metric in _METRICS_OF_FUNCTION.items()
    }


def _of_run(
    function_name: str, queues: Iterable[str], expected: Iterable[Expectation]
) -> dict[str, Stat]:
    stats = _of_function(function_name)
    for arn in queues:
        dimensions = {"QueueName": arn.rsplit(":", 1)[1]}
        stats[oldest_message_of(arn)] = stat("AWS/SQS", *_OF_QUEUE, dimensions)
    for each in expected:
        if isinstance(each, MetricHolds):
            stats[name_of(each)] = stat(each.namespace, each.name, each.statistic, each.dimensions)
    return stats


def stat(namespace: str, name: str, statistic: str, dimensions: Mapping[str, str]) -> Stat:
    """A statistic of a metric, one value a minute."""
    metric = {
        "Namespace": namespace,
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    return {"Metric": metric, "Period": MINUTE, "Stat": statistic}
