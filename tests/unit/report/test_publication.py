import json
from typing import Any

import pytest

from snapback.model.effects import Call
from snapback.report.publication import restore_seconds, store, tell
from tests.fakes.answers import answer, refused
from tests.fakes.report import a_report


def test_a_report_is_stored_as_page_and_json() -> None:
    puts: list[Call] = []
    links = answer(store(a_report(), "b"), {"PutObject": {}}, asked=puts)
    keys = [each.params["Key"] for each in puts]
    assert keys == ["demo-1/report.json", "demo-1/report.html"]
    assert json.loads(puts[0].params["Body"]) == a_report()
    assert links["console"] == (
        "https://console.aws.amazon.com/s3/object/b?region=eu-west-1&prefix=demo-1%2Freport.html"
    )


@pytest.mark.parametrize(
    ("partition", "host"),
    [("aws-cn", "console.amazonaws.cn"), ("aws-us-gov", "console.amazonaws-us-gov.com")],
)
def test_the_link_leads_to_the_console_of_its_partition(partition: str, host: str) -> None:
    links = answer(store(in_partition(partition), "b"), {"PutObject": {}})
    assert links["console"].startswith(f"https://{host}/s3/object/b?")


def test_without_a_known_console_the_message_names_the_object() -> None:
    report = in_partition("aws-iso")
    links = answer(store(report, "b"), {"PutObject": {}})
    assert "console" not in links
    sent: list[Call] = []
    answer(tell(report, links, "topic"), {"Publish": {}}, asked=sent)
    assert "s3://b/demo-1/report.html" in sent[0].params["Message"]


def in_partition(partition: str) -> dict[str, Any]:
    arn = a_report()["execution_arn"].replace("arn:aws:", f"arn:{partition}:")
    return {**a_report(), "execution_arn": arn}


def test_a_report_is_told_of_with_its_link() -> None:
    sent: list[Call] = []
    report = {**a_report(), "experiment_id": "ä" * 90 + "\n"}
    assert answer(tell(report, {"console": "https://c"}, "topic"), {"Publish": {}}, asked=sent)
    [message] = [each.params for each in sent]
    assert len(message["Subject"]) < 100
    assert message["Subject"].isascii()
    assert "\n" not in message["Subject"]
    assert "https://c" in message["Message"]


def test_a_bucket_that_refuses_gives_no_link() -> None:
    assert answer(store(a_report(), "b"), {"PutObject": refused()}) == {}


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [({}, 4.3), ({"ended_early": "an alarm"}, None), ({"targets": []}, None)],
)
def test_the_time_to_restore_counts_from_the_planned_end(
    changes: dict[str, Any], seconds: float | None
) -> None:
    assert restore_seconds({**a_report(), **changes}) == pytest.approx(seconds)
