import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from aws import probes
from snapback.model import expectations
from snapback.model.effects import Probe
from snapback.model.records import Target
from snapback.run.observation import alarms
from snapback.workload.concurrency import drain_limits, throttled
from snapback.workload.destinations import read_letters
from snapback.workload.metrics import bare_name, fetch, name_of, oldest_message_of
from snapback.workload.queues import depths
from tests.fakes.answers import answer, refused
from tests.unit.samples import CONFIGS, letter

QUEUE = CONFIGS["sqs"]["EventSourceArn"]
DEAD = "arn:aws:sqs:eu-west-1:123456789012:dead"
FAILED = "arn:aws:sqs:eu-west-1:123456789012:failed"
METRIC = expectations.MetricHolds(
    namespace="Shop", name="Orders", dimensions={"Shop": "1"}, comparison=">", threshold=0
)


def target(source: str = "sqs", **config: Any) -> Target:
    snapshot = {"config": {**CONFIGS[source], **config}}
    return Target(experiment_id="run", key="k", uuid="u", status="injected", snapshot=snapshot)


@pytest.mark.parametrize(
    "name",
    [
        "orders",
        "orders:live",
        "123456789012:function:orders",
        "arn:aws:lambda:eu-west-1:123456789012:function:orders",
        "arn:aws:lambda:eu-west-1:123456789012:function:orders:7",
    ],
)
def test_metrics_are_found_under_the_bare_name(name: str) -> None:
    assert bare_name(name) == "orders"


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

    step = fetch("orders", [QUEUE], [METRIC], 1000, 2000)
    series, problem = answer(step, {"GetMetricData": pages})
    assert problem == ""
    names = {each["MetricStat"]["Metric"]["MetricName"] for each in asked[0]["MetricDataQueries"]}
    assert {"Throttles", "IteratorAge", "ApproximateAgeOfOldestMessage", "Orders"} <= names
    assert {"invocations", oldest_message_of(QUEUE), name_of(METRIC)} <= set(series)
    assert all([point["at"] for point in points] == [60, 120] for points in series.values())


def test_without_metrics_every_series_is_empty_and_the_reason_is_told() -> None:
    series, problem = answer(fetch("orders", [], [], 1000, 2000), {"GetMetricData": refused()})
    assert set(map(len, series.values())) == {0}
    assert problem == "AccessDeniedException: no"


def attributes(params: Any) -> dict[str, Any]:
    depth = {"orders": "4", "dead": "2", "failed": "1"}[params["QueueUrl"]]
    redrive = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD})}
    found = {"ApproximateNumberOfMessages": depth, "ApproximateNumberOfMessagesDelayed": "3"}
    return {"Attributes": found | (redrive if params["QueueUrl"] == "orders" else {})}


def test_a_sample_sees_the_dead_letters_and_the_destinations() -> None:
    name = QUEUE.rsplit(":", 1)[1]
    stream = target("kinesis", DestinationConfig={"OnFailure": {"Destination": FAILED}})
    urls = {name: "orders", "dead": "dead", "failed": "failed"}
    answers: dict[str, Any] = {
        "GetQueueUrl": lambda params: {"QueueUrl": urls[params["QueueName"]]},
        "GetQueueAttributes": attributes,
    }
    found = answer(depths([target(), stream], []), answers)
    assert found["queues"][QUEUE] == {"visible": 4, "in_flight": 0, "delayed": 3}
    assert found["dead_letters"][DEAD]["visible"] == 2
    assert found["destinations"][FAILED]["visible"] == 1


@pytest.mark.parametrize("member", ["StateTransitionedTimestamp", "StateUpdatedTimestamp"])
def test_an_alarm_is_seen_with_the_time_of_its_transition(member: str) -> None:
    found = {"MetricAlarms": [{"AlarmName": "a", "StateValue": "ALARM", member: 7.0}]}
    seen = answer(alarms(["a", "b"]), {"DescribeAlarms": found})
    assert seen == {"a": {"state": "ALARM", "since": 7.0}}


def test_a_letter_that_is_received_twice_is_counted_once() -> None:
    same = {"Messages": [{"MessageId": "m", "Body": letter("2026-01-01T00:10:00Z")}]}
    answers: dict[str, Any] = {
        "GetQueueUrl": {"QueueUrl": "failed"},
        "GetQueueAttributes": attributes,
        "ReceiveMessage": [same, same, {}],
    }
    found = answer(read_letters([FAILED], "orders", 0), answers)[FAILED]
    assert (found["conditions"], found["complete"]) == ({"RetryAttemptsExhausted": 1}, True)


def test_a_destination_whose_messages_reading_would_move_on_is_not_read() -> None:
    answers: dict[str, Any] = {
        "GetQueueUrl": {"QueueUrl": "orders"},
        "GetQueueAttributes": attributes,
    }
    found = answer(read_letters([QUEUE], "orders", 0), answers)
    assert found == {
        QUEUE: {"problem": f"destination {QUEUE} has a redrive policy: it is not read"}
    }


def test_what_caps_the_drain_is_said() -> None:
    limited = target(ScalingConfig={"MaximumConcurrency": 2})
    answers = {"GetFunctionConcurrency": {"ReservedConcurrentExecutions": 5}}
    [reserved, own] = answer(drain_limits("orders", [limited]), answers)
    assert "a reserved concurrency of 5" in reserved
    assert "At most 2 invocations at once" in own


@pytest.mark.parametrize(
    ("targets", "left", "said"),
    [
        ([target()], 999, "shares the 999 concurrent invocations"),
        ([target()], 1000, ""),
        ([target(), target()], 1000, "its mappings could use 2000"),
        ([target("fifo"), target("kinesis", ParallelizationFactor=8)], 10, ""),
        ([target("fifo"), target("kinesis", ParallelizationFactor=8)], 9, "could use 10"),
        ([Target(experiment_id="run", key="k", uuid="u", status="reserved")], 10, ""),
        ([target()], None, "is not known (AccessDeniedException)"),
    ],
)
def test_an_account_that_caps_the_drain_is_said_once(
    targets: list[Target], left: int | None, said: str
) -> None:
    account = {"AccountLimit": {"UnreservedConcurrentExecutions": left}} if left else refused()
    answers: dict[str, Any] = {"GetFunctionConcurrency": {}, "GetAccountSettings": account}
    notes = [n for n in answer(drain_limits("orders", targets), answers) if "At most" not in n]
    assert len(notes) == (1 if said else 0)
    assert said in "".join(notes)


@pytest.mark.parametrize(
    ("back", "said"), [(130.0, "throttled orders 5 times"), (180.0, ""), (None, "")]
)
def test_throttles_after_the_restore_are_said(back: float | None, said: str) -> None:
    points = [{"at": 60.0, "value": 9.0}, {"at": 120.0, "value": 5.0}, {"at": 180.0, "value": 0.0}]
    assert said in "".join(throttled("orders:live", {"throttles": points}, back))
    assert len(throttled("orders", {"throttles": points}, back)) == (1 if said else 0)


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/moved" else 503)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("path", "status"), [("/", 503), ("/moved", 302)])
def test_a_probe_answers_the_status_of_what_was_asked(path: str, status: int) -> None:
    with serving() as where:
        found = probes.perform(Probe(f"http://{where}{path}", 3))
    assert (found.status, found.error) == (status, "")
    assert 0 <= found.seconds < 3


def test_a_probe_that_nobody_answers_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as where:
        monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", where)
        assert "not probed" in probes.perform(Probe(f"http://{where}/", 3)).error
    found = probes.perform(Probe(f"http://localhost.invalid:{where.split(':')[1]}/", 3))
    assert found.status == 0
    assert found.error
