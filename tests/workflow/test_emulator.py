"""Fails loudly when moto moves what `emulator.py` mends."""

import json
from typing import Any

import boto3
import pytest

from tests.fakes.lambdas import Context, Handler
from tests.fakes.workload import FUNCTIONS, ROLE
from tests.workflow import emulator
from tests.workflow.account import Account
from tests.workflow.actions import on_moto

DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Try",
    "States": {
        "Try": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": "Ask",
                    "States": {
                        "Ask": {
                            "Type": "Task",
                            "Resource": FUNCTIONS + "Observe",
                            "Arguments": {"sum": "{% $states.input.a + 1 %}"},
                            "TimeoutSeconds": 1,
                            "End": True,
                        }
                    },
                }
            ],
            "Catch": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "Output": {"caught": "{% $states.errorOutput.Error %}"},
                    "Next": "Caught",
                }
            ],
            "Next": "Caught",
        },
        "Caught": {"Type": "Succeed"},
    },
}


def test_what_is_mended_is_where_it_was() -> None:
    for owner, name in emulator.MENDED:
        assert hasattr(owner, name), f"moto has moved {name}: see tests/workflow/emulator.py"


@on_moto
@pytest.mark.parametrize(
    ("answer", "output"),
    [
        ("sum", [{"sum": 3}]),
        ("error", {"caught": "ZeroDivisionError"}),
        ("nothing", {"caught": "States.Timeout"}),
    ],
)
def test_jsonata_runs_on_handlers_and_every_error_leaves_a_parallel(
    account: Account, answer: str, output: Any
) -> None:
    def ask(_handler: Handler, event: dict[str, Any], _context: Context) -> Any:
        if answer == "error":
            raise ZeroDivisionError
        if answer == "nothing":
            account.platform.hang()
        return event

    account.replaced["observe"] = ask
    made = boto3.client("stepfunctions").create_state_machine(
        name=f"emulated-{answer}", definition=json.dumps(DEFINITION), roleArn=ROLE
    )
    started = emulator.start(made["stateMachineArn"], {"a": 2}, answer)
    result = account.result(started)
    assert result["status"] == "SUCCEEDED", result.get("cause")
    assert json.loads(result["output"]) == output
