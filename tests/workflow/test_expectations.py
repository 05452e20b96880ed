"""What is expected of a run is judged at its end, and must hold before it begins."""

import json
from typing import Any

import boto3
import pytest

from tests.fakes.cloud.world import World
from tests.workflow.account import Account
from tests.workflow.actions import ALL, everywhere, ring


def test_expectations_are_judged_in_the_report(account: Account) -> None:
    ring("OK")
    asked: list[dict[str, Any]] = [
        {"type": "alarm_stays_ok", "alarm": "too-old"},
        {"type": "drained_within", "seconds": 60},
        {"type": "dead_letters_at_most", "count": 0},
        {"type": "destination_received"},
        {"type": "invocations_stopped"},
    ]
    result = account.run("experiment", ALL | {"expect": asked})
    assert result["status"] == "SUCCEEDED", result.get("cause")
    output = json.loads(result["output"])
    assert [each["type"] for each in output["expectations"]] == [each["type"] for each in asked]
    assert {each["verdict"] for each in output["expectations"]} == {"unknown"}
    assert output["status"] == "unknown"


@everywhere
def test_an_effect_is_seen_and_judged(account: Account) -> None:
    execution = account.start("experiment", ALL | {"expect": [{"type": "backlog_grew"}]})
    account.until(
        lambda: account.items("sample#") and not account.mappings(), "the targets are detached"
    )
    queues = boto3.client("sqs")
    url = queues.get_queue_url(QueueName="paused")["QueueUrl"]
    queues.send_message(QueueUrl=url, MessageBody="{}")
    try:
        output = json.loads(account.result(execution)["output"])
    finally:
        [message] = queues.receive_message(QueueUrl=url)["Messages"]
        queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert output["status"] == "held"
    [row] = output["expectations"]
    assert (row["verdict"], row["reason"]) == ("held", "1 messages piled up")


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        ({"type": "alarm_within", "alarm": "too-old", "seconds": 5}, "is in ALARM already"),
        ({"type": "alarm_stays_ok", "alarm": "nobody-set-it"}, "does not exist"),
        ({"type": "probe_stays_up", "url": "http://127.0.0.1:9/"}, "http://127.0.0.1:9/ is down"),
    ],
    ids=["ringing", "no alarm", "endpoint down"],
)
def test_nothing_is_touched_while_the_state_is_not_steady(
    account: Account, expected: dict[str, Any], problem: str
) -> None:
    ring("ALARM")
    before = account.mappings()
    result = account.run("experiment", ALL | {"expect": [expected]})
    assert (result["status"], result["error"]) == ("FAILED", "InvalidExperiment")
    assert problem in result["cause"]
    assert account.mappings() == before


def test_the_report_and_its_page_are_stored_and_linked(account: Account, world: World) -> None:
    result = account.run("experiment", ALL, "stored")
    output = json.loads(result["output"])
    assert output["links"]["page"] == "s3://reports/stored/report.html"
    stored = world.wire.stored
    assert json.loads(stored["stored/report.json"]).items() <= output.items()
    page = stored["stored/report.html"].decode()
    assert all(target["new_uuid"] in page for target in output["targets"])


@pytest.mark.parametrize("bucket", ["", "nobody-made-it"])
def test_a_report_that_cannot_be_stored_is_still_the_output(
    account: Account, monkeypatch: pytest.MonkeyPatch, bucket: str
) -> None:
    monkeypatch.setenv("REPORTS_BUCKET", bucket)
    result = account.run("experiment", ALL)
    assert result["status"] == "SUCCEEDED"
    output = json.loads(result["output"])
    assert (output["status"], output["links"]) == ("held", {})
    assert account.open() == []
