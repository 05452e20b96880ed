"""moto's AWS, mended so that real state machines run on real handlers in one process.

moto's interpreter cannot evaluate JSONata as shipped, keeps `States.*` errors inside a Parallel,
and has no code to run for a function. All three are mended at private attributes, which
`test_emulator.py` watches.
"""

import json
from collections.abc import Callable
from typing import Any

import jsonata
import pytest
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from moto.stepfunctions.parser.asl.component.common.error_name import custom_error_name
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

CONFIG: Any = {"lambda": {"use_docker": False}, "stepfunctions": {"execute_state_machine": True}}

MENDED = (
    (LambdaSimpleBackend, "invoke"),
    (moto_jsonata, "_eval_jsonata"),
    (custom_error_name, "ILLEGAL_CUSTOM_ERROR_PREFIX"),
)


def mend(patch: pytest.MonkeyPatch, invoke: Callable[[str, Any], Any]) -> None:
    """Let `invoke(function_name, event)` be what runs a Lambda function."""

    def run(_: Any, name: str, _qualifier: Any, body: Any, _headers: Any, answered: Any) -> bytes:
        try:
            return json.dumps(invoke(name.rsplit(":", 1)[-1], json.loads(body))).encode()
        except Exception as error:  # noqa: BLE001  # Lambda reports whatever is raised
            answered["x-amz-function-error"] = "Unhandled"
            shape = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return json.dumps(shape).encode()

    mended = (run, lambda expression: jsonata.Jsonata(expression).evaluate(None), "\0")
    for (owner, name), value in zip(MENDED, mended, strict=True):
        patch.setattr(owner, name, value)


def status_of(execution: str) -> str:
    """An execution's status, without the cost of a request: tests wait for it."""
    backend = stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][execution.split(":")[3]]
    return str(backend.describe_execution(execution).status)
