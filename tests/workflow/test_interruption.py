"""The kill switch and the stop alarms end a window before its time."""

import json
from collections.abc import Callable

import boto3
import pytest

from tests.fakes.workload import KILL_SWITCH
from tests.workflow.account import Account
from tests.workflow.actions import ALL, ring


def engage(value: str = "on") -> None:
    boto3.client("ssm").put_parameter(Name=KILL_SWITCH, Value=value, Overwrite=True)


@pytest.mark.parametrize(
    ("interrupt", "reason"),
    [(engage, "the kill switch"), (ring, "stop alarm too-old is in ALARM")],
    ids=["kill switch", "alarm"],
)
def test_a_window_ends_at_once_and_everything_is_put_back(
    account: Account, interrupt: Callable[[], None], reason: str
) -> None:
    found = account.state()
    ring("OK")
    asked = {"total_chaos_duration": 600, "stop_alarms": ["too-old"]}
    account.start("experiment", ALL | asked)
    account.until(lambda: account.mappings() == [], "the targets are detached")
    interrupt()
    account.idle()
    assert account.invoke("Sweep", {})["rescued"] == 1
    [meta] = account.items("meta")
    restored = account.result(meta["restore_execution_arn"])
    assert restored["status"] == "SUCCEEDED"
    assert reason in json.loads(restored["output"])["ended_early"]
    assert account.state() == found
    assert account.open() == []


@pytest.mark.parametrize("value", ["on", " ON "])
def test_nothing_starts_while_the_kill_switch_is_engaged(account: Account, value: str) -> None:
    before = account.mappings()
    engage(value)
    result = account.run("experiment", ALL)
    assert (result["status"], result["error"]) == ("FAILED", "InvalidExperiment")
    assert "the kill switch" in result["cause"]
    assert account.mappings() == before


def test_nothing_starts_while_a_stop_alarm_rings(account: Account) -> None:
    before = account.mappings()
    ring()
    result = account.run("experiment", ALL | {"stop_alarms": ["too-old"]})
    assert (result["status"], result["error"]) == ("FAILED", "InvalidExperiment")
    assert "stop_alarms: 'too-old' is in ALARM already" in result["cause"]
    assert account.mappings() == before
