"""What several tests ask of an account, or do to it."""

import boto3
import pytest

from tests.fakes import workload
from tests.workflow.account import Account

ALL = {"function_name": "orders", "event_uuids": "all", "total_chaos_duration": 1}
"""An experiment on every mapping."""
moments = pytest.mark.parametrize("before", [True, False], ids=["before", "after"])


def stop_in_window(account: Account, sequence: str = "parallel") -> str:
    """Start an experiment and stop it once its targets are detached; answers its ARN."""
    asked = ALL | {"total_chaos_duration": 60, "sequence": sequence}
    execution = account.start("experiment", asked)
    affected = 1 if sequence == "rolling" else 3
    account.until(
        lambda: [t["status"] for t in account.items("target#")].count("injected") == affected,
        "the targets are detached",
    )
    boto3.client("stepfunctions").stop_execution(executionArn=execution)
    account.result(execution)
    account.until(lambda: account.running == 0, "every handler has ended")
    return execution


def ring(state: str = "ALARM") -> None:
    """Let the stop alarm ring, or fall silent."""
    workload.alarm("too-old", state)
