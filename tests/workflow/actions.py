"""What several tests ask of an account, or do to it."""

import boto3
import pytest

from tests.fakes import workload
from tests.fakes.workload import FUNCTIONS
from tests.workflow.account import Account, Execution

ALL = {"function_name": "orders", "event_uuids": "all", "total_chaos_duration": 1}
"""An experiment on every mapping."""
everywhere = pytest.mark.parametrize("account", ["virtual", "moto"], indirect=True)
"""In virtual time, and the same on moto: so the one is held against the other."""
on_moto = pytest.mark.parametrize("account", ["moto"], indirect=True)
moments = pytest.mark.parametrize("before", [True, False], ids=["before", "after"])


def stop_in_window(account: Account, sequence: str = "parallel") -> Execution:
    """Start an experiment, and stop it once its targets are detached."""
    asked = ALL | {"total_chaos_duration": 60, "sequence": sequence}
    execution = account.start("experiment", asked)
    affected = 1 if sequence == "rolling" else 3
    account.until(
        lambda: [t["status"] for t in account.items("target#")].count("injected") == affected,
        "the targets are detached",
    )
    execution.stop()
    account.result(execution)
    account.idle()
    return execution


def opt_out() -> None:
    """Take the tag away from the workload's function."""
    arn = f"{FUNCTIONS}orders"
    boto3.client("lambda").untag_resource(Resource=arn, TagKeys=["snapback:allowed"])


def ring(state: str = "ALARM") -> None:
    """Let the stop alarm ring, or fall silent."""
    workload.alarm("too-old", state)
