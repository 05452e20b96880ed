"""What is read of a handler's log."""

from __future__ import annotations

import json
import time

from moto import mock_aws

from prove.gather.handler_logs import _messages, read, since
from tests.unit.prove.worlds import NUMBER, world

WORDS = (
    "REPORT RequestId: 1 Duration: 10.5 ms Billed Duration: 11 ms Memory Size: 512 MB "
    "Max Memory Used: 90 MB Init Duration: 801.25 ms"
)
AS_JSON = json.dumps({
    "time": "2026-11-21T10:00:00Z", "type": "platform.report",
    "record": {"metrics": {"durationMs": 20.0, "billedDurationMs": 21, "initDurationMs": 700.5}},
})  # fmt: skip
DENIED = json.dumps({
    "level": "ERROR", "message": "AccessDeniedException: User: arn is not authorized to perform: x",
})  # fmt: skip


def test_a_report_is_read_in_words_and_as_json() -> None:
    found = read("Observe", [WORDS, AS_JSON, '{"message": "hello"}', "START RequestId: 1"])
    assert found.invocations == 2
    assert found.init_milliseconds == (801.25, 700.5)
    assert found.billed_milliseconds == 32
    assert not found.denials


def test_a_report_without_its_start_is_an_invocation_too() -> None:
    found = read("Observe", [WORDS.split(" Init", maxsplit=1)[0]])
    assert (found.invocations, found.init_milliseconds) == (1, ())


def test_a_denial_is_kept_once_and_masked() -> None:
    found = read("Observe", [DENIED, DENIED], lambda text: text.replace("arn", "XXX"))
    [denial] = found.denials
    assert "User: XXX is not authorized" in denial
    assert found.invocations == 0


def test_a_line_that_only_looks_like_a_report_is_none() -> None:
    assert read("Observe", ['{"type": "platform.report"', '"platform.report"']).invocations == 0


@mock_aws
def test_every_page_of_a_log_group_is_read_and_a_missing_group_is_empty() -> None:
    here = world()
    logs = here.aws("logs")
    logs.create_log_group(logGroupName="group")
    logs.create_log_stream(logGroupName="group", logStreamName="one")
    now = int(time.time() * 1000)
    events = [{"timestamp": now + each, "message": WORDS} for each in range(12)]
    logs.put_log_events(logGroupName="group", logStreamName="one", logEvents=events)
    assert read("Observe", _messages(here, "group")).invocations == 12
    assert read("Observe", _messages(here, "none")).invocations == 0


@mock_aws
def test_what_was_logged_before_a_time_is_left_out() -> None:
    here = world()
    logs = here.aws("logs")
    logs.create_log_group(logGroupName="group")
    logs.create_log_stream(logGroupName="group", logStreamName="one")
    now = time.time()
    events = [
        {"timestamp": int((now - 60) * 1000), "message": "created"},
        {"timestamp": int((now + 1) * 1000), "message": f"deleted in {NUMBER}"},
    ]
    logs.put_log_events(logGroupName="group", logStreamName="one", logEvents=events)
    [line] = since(here, "group", now)
    assert line.startswith("deleted in ")
    assert NUMBER not in line
    assert since(here, "none", now) == []
