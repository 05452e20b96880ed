from typing import Any

from snapback.model import expectations
from snapback.workload.metrics import name_of, oldest_message_of, read_run
from snapback.workload.sources import source
from tests.fakes.answers import answer, refused
from tests.unit.samples import CONFIGS

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
    names = {each["MetricStat"]["Metric"]["MetricName"] for each in asked[0]["MetricDataQueries"]}
    assert {"Throttles", "IteratorAge", "ApproximateAgeOfOldestMessage", "Orders"} <= names
    assert {"invocations", oldest_message_of(QUEUE), name_of(METRIC)} <= set(measured.series)
    assert all(
        [point["at"] for point in points] == [60, 120] for points in measured.series.values()
    )


def test_without_metrics_every_series_is_empty_and_the_reason_is_told() -> None:
    step = read_run("orders", [], [], 1000, 2000)
    measured = answer(step, {"GetMetricData": refused()})
    assert set(map(len, measured.series.values())) == {0}
    assert measured.refused == "AccessDeniedException: no"
