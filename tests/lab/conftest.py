"""One private lab for all tests of this directory, and short ways to use it."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

import lab as snapback_lab
from lab.cloud import client
from lab.product import Product
from lab.sample.outputs import Sample

ROLE = "arn:aws:iam::000000000000:role/test"

type Client = Callable[[str], Any]
type Wait = Callable[..., Any]


@pytest.fixture(scope="session")
def lab() -> Iterator[snapback_lab.Lab]:
    """A private lab for the session."""
    with snapback_lab.running() as running:
        yield running


@pytest.fixture(scope="session")
def aws(lab: snapback_lab.Lab) -> Client:
    """Clients of the lab, by service."""
    return partial(client, lab)


@pytest.fixture(scope="session", autouse=True)
def minute_queue(aws: Client) -> str:
    """A queue that a rate(1 minute) rule writes to; created early, so that its test need not wait long."""
    queue = aws("sqs").create_queue(QueueName="minutes")["QueueUrl"]
    aws("events").put_rule(Name="minute", ScheduleExpression="rate(1 minute)", State="DISABLED")
    arn = "arn:aws:sqs:us-east-1:000000000000:minutes"
    target = {"Id": "queue", "Arn": arn, "Input": json.dumps({"tick": True})}
    aws("events").put_targets(Rule="minute", Targets=[target])
    aws("events").enable_rule(Name="minute")
    return str(queue)


@pytest.fixture(scope="session")
def product(lab: snapback_lab.Lab) -> Product:
    """Snapback with short timings, deployed beside the sample workload."""
    return Product.deployed(lab)


@pytest.fixture(scope="session")
def sample(product: Product) -> Sample:
    """The sample workload."""
    return product.deployment.sample


@pytest.fixture(scope="session")
def eventually() -> Wait:
    """Call something until it returns what is wanted (by default: anything true)."""

    def wait(probe: Callable[[], Any], wanted: Any = None, seconds: float = 30) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            value = probe()
            if value == wanted if wanted is not None else value:
                return value
            if time.monotonic() > deadline:
                pytest.fail(f"still {value!r} after {seconds} s, wanted {wanted!r}")
            time.sleep(0.1)

    return wait


@pytest.fixture(scope="session")
def role(aws: Client) -> str:
    """The ARN of a role for functions, which may do everything."""
    trust = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    made = aws("iam").create_role(
        RoleName="lab-test", AssumeRolePolicyDocument=json.dumps(_allow(**trust))
    )
    anything = json.dumps(_allow(Action="*", Resource="*"))
    aws("iam").put_role_policy(RoleName="lab-test", PolicyName="all", PolicyDocument=anything)
    return str(made["Role"]["Arn"])


def _allow(**what: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **what}]}


@pytest.fixture(scope="session")
def make_function(aws: Client, role: str) -> Callable[..., str]:
    """Create a Python function from source text; returns its ARN."""

    def make(name: str, source: str, *, seconds: int = 20, **settings: Any) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as code:
            code.writestr("module.py", source)
        created = aws("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="module.handler",
            Timeout=seconds,
            Code={"ZipFile": archive.getvalue()},
            **settings,
        )
        aws("lambda").get_waiter("function_active_v2").wait(FunctionName=name)
        return str(created["FunctionArn"])

    return make


@pytest.fixture(scope="session")
def execute(aws: Client, eventually: Wait) -> Callable[..., dict[str, Any]]:
    """Run a state machine to its end; returns the description of the execution."""

    def run(name: str, definition: dict[str, Any], payload: object = None) -> dict[str, Any]:
        states = aws("stepfunctions")
        machine = states.create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=ROLE
        )
        started = states.start_execution(
            stateMachineArn=machine["stateMachineArn"], input=json.dumps(payload or {})
        )
        return dict(
            eventually(
                lambda: (
                    (found := states.describe_execution(executionArn=started["executionArn"]))
                    and found["status"] != "RUNNING"
                    and found
                )
            )
        )

    return run


@pytest.fixture(autouse=True)
def no_real_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here can reach a real account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
