"""An experiment can be watched from its first state to its end."""

from typing import Any

import boto3
import pytest

from tests.workflow.account import Account
from tests.workflow.actions import ALL, on_moto
from tests.workflow.deployment import Deployment
from watch import __main__ as watch
from watch.glance import glance
from watch.look import Look
from watch.view import drawn, line

pytestmark = on_moto


def seen(execution: str) -> Look:
    return glance(boto3.client("stepfunctions"), boto3.client("dynamodb"), "experiments", execution)


def test_a_look_follows_the_targets_to_the_end(account: Account) -> None:
    execution = account.start("experiment", ALL | {"total_chaos_duration": 3}, "watched")
    account.until(
        lambda: [t["status"] for t in account.items("target#")].count("injected") == 3,
        "every target is detached",
    )
    during = seen(execution.arn)
    assert during.left is not None
    assert 0 < during.left <= 3
    assert "3 injected" in line(during)
    account.result(execution)
    after = seen(execution.arn)
    assert (after.over, after.status) == (True, "SUCCEEDED")
    assert "3 restored" in line(after)
    assert "SUCCEEDED" in line(after)
    assert drawn(after).renderables


def test_an_execution_is_found_by_name_or_by_arn(
    account: Account, in_moto: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs: dict[str, Any] = {
        "ExperimentStateMachineArn": in_moto.machine("experiment"),
        "TableName": "experiments",
    }
    monkeypatch.setattr(watch, "_outputs", lambda _: outputs)
    execution = account.start("experiment", ALL | {"event_uuids": []}, "refused")
    account.result(execution)
    for given in ("refused", execution.arn):
        [last] = watch.looks(given, "Snapback", 0)
        assert "InvalidExperiment" in line(last)
