"""Runs the real state machines on the real handlers in one process, on moto's AWS.

moto's interpreter cannot evaluate JSONata as shipped and keeps some errors inside a Parallel; both
are mended here at private attributes, which `test_emulator.py` watches.
"""

import importlib
import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import boto3
import jsonata
import pytest
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.stepfunctions.parser.asl.component.common.error_name import custom_error_name
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata

from aws import clients, table
from infra.definitions import load, module_of
from snapback.timings import Timings

TIMINGS = {
    "observe_seconds": 1,
    "quiet_margin_seconds": 1,
    "recovery_seconds": 1,
    "poll_seconds": 1,
    "send_margin_seconds": 1,
    "restore_retry_seconds": 1,
    "restore_attempts": 2,
}
FUNCTION_SECONDS = 10
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:"


@dataclass
class Context:
    """What Lambda passes beside the event."""

    aws_request_id: str
    function_name: str
    ends_at: float
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = FUNCTION_ARN + "snapback"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends_at - time.time()) * 1000)


Handler = Callable[[dict[str, Any], Context], Any]


@dataclass
class Account:
    """A mocked account with Snapback in it, a function, a queue and two mappings."""

    machines: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, Callable[[Handler, dict[str, Any], Context], Any]] = field(
        default_factory=dict
    )
    invoked: list[str] = field(default_factory=list)
    uuids: list[str] = field(default_factory=list)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        module = module_of(function)
        self.invoked.append(module)
        handler = importlib.import_module(module).handler
        context = Context(f"request-{len(self.invoked)}", function, time.time() + FUNCTION_SECONDS)
        if module in self.replaced:
            return self.replaced[module](handler, event, context)
        return handler(event, context)

    def start(self, machine: str, asked: Any, name: str | None = None) -> str:
        name = name or f"run-{uuid4()}"
        started = boto3.client("stepfunctions").start_execution(
            stateMachineArn=self.machines[machine], input=json.dumps(asked), name=name
        )
        return started["executionArn"]

    def result(self, execution: str) -> dict[str, Any]:
        states = boto3.client("stepfunctions")
        deadline = time.monotonic() + 60
        while (found := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "the execution does not end"
            time.sleep(0.02)
        return found

    def run(self, machine: str, asked: Any) -> dict[str, Any]:
        return self.result(self.start(machine, asked))

    def mappings(self) -> list[dict[str, Any]]:
        return boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    def items(self, kind: str) -> list[dict[str, Any]]:
        scanned = boto3.resource("dynamodb").Table("experiments").scan()["Items"]
        return [each for each in scanned if each["sk"].startswith(kind)]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name, value in {"TABLE_NAME": "experiments", "TIMINGS": json.dumps(TIMINGS)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "snapback")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Snapback")
    made = Account()
    _mend_moto(monkeypatch, made)
    config: Any = {
        "lambda": {"use_docker": False},
        "stepfunctions": {"execute_state_machine": True},
    }
    with mock_aws(config=config):
        for cached in (clients.session, clients.client, table._dynamodb):
            cached.cache_clear()
        _deploy(made)
        monkeypatch.setenv("RESTORE_STATE_MACHINE_ARN", made.machines["restore"])
        yield made


def _mend_moto(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    def invoke(
        _self: Any, name: str, _qualifier: Any, body: Any, _headers: Any, answered: Any
    ) -> bytes:
        try:
            return json.dumps(account.invoke(name.rsplit(":", 1)[-1], json.loads(body))).encode()
        except Exception as error:  # noqa: BLE001  # Lambda reports whatever is raised
            answered["x-amz-function-error"] = "Unhandled"
            shape = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return json.dumps(shape).encode()

    def evaluate(expression: str) -> Any:
        return jsonata.Jsonata(expression).evaluate(None)

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", invoke)
    monkeypatch.setattr(moto_jsonata, "_eval_jsonata", evaluate)
    monkeypatch.setattr(custom_error_name, "ILLEGAL_CUSTOM_ERROR_PREFIX", "\0")


def _deploy(account: Account) -> None:
    _table()
    role = boto3.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")
    arn = role["Role"]["Arn"]
    for machine in ("experiment", "restore"):
        definition = load(machine, Timings.of(TIMINGS))
        for name in definition.functions:
            _function(name, arn)
        text = re.sub(r"\$\{(\w+)\}", rf"{FUNCTION_ARN}\1", definition.text)
        made = boto3.client("stepfunctions").create_state_machine(
            name=machine, definition=text, roleArn=arn
        )
        account.machines[machine] = made["stateMachineArn"]
    _function("orders", arn, {"snapback:allowed": "true"})
    _function("Sweep", arn)
    account.uuids = [_mapping(name, batch) for name, batch in (("first", 5), ("second", 7))]


def _table() -> None:
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    index = [
        {"AttributeName": "open", "KeyType": "HASH"},
        {"AttributeName": "deadline", "KeyType": "RANGE"},
    ]
    boto3.client("dynamodb").create_table(
        TableName="experiments",
        KeySchema=keys,
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in {"pk": "S", "sk": "S", "open": "S", "deadline": "N"}.items()
        ],
        GlobalSecondaryIndexes=[
            {"IndexName": "open", "KeySchema": index, "Projection": {"ProjectionType": "ALL"}}
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def _function(name: str, role: str, tags: dict[str, str] | None = None) -> None:
    if name in [
        each["FunctionName"] for each in boto3.client("lambda").list_functions()["Functions"]
    ]:
        return
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("m.py", "")
    boto3.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="m.h",
        Timeout=30,
        Code={"ZipFile": buffer.getvalue()},
        Tags=tags or {},
    )


def _mapping(name: str, batch_size: int) -> str:
    queue = boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["QueueArn"]
    )
    made = boto3.client("lambda").create_event_source_mapping(
        FunctionName="orders",
        EventSourceArn=attributes["Attributes"]["QueueArn"],
        BatchSize=batch_size,
        Enabled=name == "first",
        Tags={"team": name},
    )
    return made["UUID"]
