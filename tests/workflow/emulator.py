"""moto's AWS, mended so that real state machines run on real handlers in one process.

moto's interpreter cannot evaluate JSONata as shipped and keeps `States.*` errors inside a Parallel;
a function has no code to run; a mapping can be made twice, and the deletion of one that is gone
has no error code; and its backends are not made for threads. All are mended at private attributes,
which `test_emulator.py` watches.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import RLock
from typing import Any

import boto3
import jsonata
import pytest
from moto.awslambda.responses import LambdaResponse
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber
from moto.stepfunctions.parser.asl.component.common.error_name import custom_error_name
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from tests.fakes.mappings import duplicate
from tests.fakes.wire import refusal

_create = LambdaResponse.create_event_source_mapping
_delete = LambdaResponse.delete_event_source_mapping
_answer = BotocoreStubber.process_request

CONFIG: Any = {"lambda": {"use_docker": False}, "stepfunctions": {"execute_state_machine": True}}

MENDED = (
    (LambdaSimpleBackend, "invoke"),
    (moto_jsonata, "_eval_jsonata"),
    (custom_error_name, "ILLEGAL_CUSTOM_ERROR_PREFIX"),
    (LambdaResponse, "create_event_source_mapping"),
    (LambdaResponse, "delete_event_source_mapping"),
    (BotocoreStubber, "process_request"),
)
_one_at_a_time = RLock()

type Invoke = Callable[[str, Any], Any]

_invoked_by: list[Invoke] = []


def mend(patch: pytest.MonkeyPatch) -> None:
    """Mend moto as long as the patch lasts; `invoking` says what a Lambda function does."""
    mended = (_invoke, _evaluate, "\0", _create_mapping, _delete_mapping, _process)
    for (owner, name), value in zip(MENDED, mended, strict=True):
        patch.setattr(owner, name, value)


@contextmanager
def invoking(invoke: Invoke) -> Iterator[None]:
    """Inside, `invoke(function_name, event)` is what runs a Lambda function."""
    _invoked_by.append(invoke)
    try:
        yield
    finally:
        _invoked_by.remove(invoke)


def _invoke(_: Any, name: str, _qualifier: Any, body: Any, _headers: Any, answered: Any) -> bytes:
    try:
        return json.dumps(_invoked_by[-1](name.rsplit(":", 1)[-1], json.loads(body))).encode()
    except Exception as error:  # noqa: BLE001  # Lambda reports whatever is raised
        answered["x-amz-function-error"] = "Unhandled"
        shape = {"errorType": type(error).__name__, "errorMessage": str(error)}
        return json.dumps(shape).encode()


def _evaluate(expression: str) -> Any:
    return jsonata.Jsonata(expression).evaluate(None)


def _create_mapping(response: Any) -> Any:
    asked = response.json_body
    for made in response.backend.list_event_source_mappings(asked["EventSourceArn"], ""):
        if made.function_arn.endswith(asked["FunctionName"]):
            message = duplicate(made.get_configuration())
            code = "ResourceConflictException"
            status, headers, body = refusal("lambda", HTTPStatus.CONFLICT, code, message)
            return status, {**headers, "status": status}, body
    return _create(response)


def _delete_mapping(response: Any) -> Any:
    found = LambdaResponse.get_event_source_mapping(response)
    return _delete(response) if found[0] == HTTPStatus.OK else found


def _process(stubber: Any, request: Any) -> Any:
    """A function runs as long as it needs to; every other request is answered at once."""
    if request.url.endswith("/invocations"):
        return _answer(stubber, request)
    with _one_at_a_time:
        return _answer(stubber, request)


def start(machine: str, asked: Any, name: str) -> str:
    """Start an execution; answers its ARN."""
    started = boto3.client("stepfunctions").start_execution(
        stateMachineArn=machine, input=json.dumps(asked), name=name
    )
    return started["executionArn"]


def describe(execution: str) -> dict[str, Any]:
    """An execution's description, without the cost of a request: tests wait for it."""
    backend = stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][execution.split(":")[3]]
    found = backend.describe_execution(execution)
    told = {"name": found.name, "executionArn": execution, "status": str(found.status)}
    if told["status"] == "SUCCEEDED":
        return {**told, "output": json.dumps(found.output)}
    return {**told, "error": found.error, "cause": found.cause}
