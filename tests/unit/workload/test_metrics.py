from collections.abc import Iterator
from typing import Any

import pytest

from snapback.model import expectations
from snapback.model.effects import Call, Step
from snapback.workload.metrics import (
    MOST_SERIES,
    Measured,
    name_of,
    oldest_message_of,
    read,
    read_iterator_age,
    read_run,
    stat,
)
from snapback.workload.sources import source
from tests.fakes.answers import answer, refused
from tests.unit.samples import CONFIGS, FUNCTION

QUEUE = CONFIGS["sqs"]["EventSourceArn"]
METRIC = expectations.MetricHolds(
    namespace="Shop", name="Orders", dimensions={"Shop": "1"}, comparison=">", threshold=0
)


def test_every_series_comes_from_one_request_and_may_come_in_pages() -> None:
    asked: list[Any] = []

    def pages(params: Any) -> dict[str, Any]:
        asked.append(params)
        at = 60.0 * len(asked)
        results = [
            {"Id": each["Id"], "Timestamps": [at], "Values": [1.0]}
            for each in params["MetricDataQueries"]
        ]
        return {"MetricDataResults": results} | ({} if len(asked) == 2 else {"NextToken": "next"})

    step = read_run("orders", [source(CONFIGS["sqs"])], [METRIC], 1000, 2000)
    measured = answer(step, {"GetMetricData": pages})
    assert measured.refused == ""
    assert [each.get("NextToken") for each in asked] == [None, "next"]
    assert {(each["StartTime"], each["EndTime"]) for each in asked} == {(700, 2000)}
    assert measured.series == {
        name: [{"at": 60, "value": 1}, {"at": 120, "value": 1}]
        for name in (*STATISTICS, oldest_message_of(QUEUE), name_of(METRIC))
    }


STATISTICS = {
    "invocations": ("Invocations", "Sum"),
    "errors": ("Errors", "Sum"),
    "throttles": ("Throttles", "Sum"),
    "duration_p50_ms": ("Duration", "p50"),
    "duration_max_ms": ("Duration", "Maximum"),
    "concurrent_executions": ("ConcurrentExecutions", "Maximum"),
    "iterator_age_ms": ("IteratorAge", "Maximum"),
}


def queries(step: Step[Measured]) -> Iterator[tuple[Any, ...]]:
    """What a step asks CloudWatch for: each metric with its dimensions, its statistic, its period."""
    asked: list[Call] = []
    answer(step, {}, asked=asked)
    for each in asked[0].params["MetricDataQueries"]:
        stat, metric = each["MetricStat"], each["MetricStat"]["Metric"]
        dimensions = {of["Name"]: of["Value"] for of in metric["Dimensions"]}
        yield metric["MetricName"], stat["Stat"], dimensions, stat["Period"]


def test_every_series_is_a_metric_of_its_function_or_queue_or_the_one_expected() -> None:
    function = {"FunctionName": "orders"}
    assert list(queries(read_run(FUNCTION, [source(CONFIGS["sqs"])], [METRIC], 0, 60))) == [
        *((*of, function, 60) for of in STATISTICS.values()),
        ("ApproximateAgeOfOldestMessage", "Maximum", {"QueueName": "orders"}, 60),
        ("Orders", "Sum", {"Shop": "1"}, 60),
    ]
    assert list(queries(read_iterator_age(FUNCTION, 0, 60))) == [
        ("IteratorAge", "Maximum", function, 60)
    ]


@pytest.mark.parametrize(("given", "asked"), [(MOST_SERIES, 500), (MOST_SERIES + 1, 500)])
def test_no_more_series_are_asked_for_than_one_request_takes(given: int, asked: int) -> None:
    stats = {f"s{number}": stat("Shop", "Orders", "Sum", {}) for number in range(given)}
    assert len(list(queries(read(stats, 0, 60)))) == asked


def test_without_metrics_every_series_is_empty_and_the_reason_is_told() -> None:
    step = read_run("orders", [], [], 1000, 2000)
    measured = answer(step, {"GetMetricData": refused()})
    assert set(map(len, measured.series.values())) == {0}
    assert measured.refused == "AccessDeniedException: no"
