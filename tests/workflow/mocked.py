"""The account on moto, in real time and with short timings: what the fakes are held against."""

import importlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from infra.definitions import module_of
from tests.fakes import roles, workload
from tests.fakes.lambdas import Context, Replacement
from tests.workflow import deployment, emulator
from tests.workflow.deployment import Deployment

FUNCTION_SECONDS = 10
LONGEST_RUN_SECONDS = 60


@dataclass
class Mocked:
    """A platform on moto; `over` is set when its test ends."""

    deployment: Deployment
    uuids: dict[str, str]
    refused: set[str] = field(default_factory=set)
    replaced: dict[str, Replacement] = field(default_factory=dict)
    timings: dict[str, int] = field(default_factory=dict)
    executions: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    running: int = 0
    hurried_seconds: int = 2

    @property
    def busy(self) -> bool:
        return self.running > 0

    def start(self, machine: str, asked: Any, name: str) -> str:
        arn = self.deployment.machine(machine, self.timings)
        execution = emulator.start(arn, asked, name or f"run-{uuid4()}")
        self.executions.append(execution)
        return execution

    def describe(self, execution: str) -> dict[str, Any]:
        return emulator.describe(execution)

    def stop(self, execution: str) -> None:
        boto3.client("stepfunctions").stop_execution(executionArn=execution)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        module = module_of(function)
        handler = roles.acting_as(module, importlib.import_module(module).handler)
        self.running += 1
        context = Context(f"request-{uuid4()}", function, time.time() + FUNCTION_SECONDS)
        try:
            if module in self.replaced:
                return self.replaced[module](handler, event, context)
            return handler(event, context)
        finally:
            self.running -= 1

    def until(self, reached: Callable[[], Any], what: str) -> None:
        deadline = time.monotonic() + LONGEST_RUN_SECONDS
        while not reached():
            assert time.monotonic() < deadline, f"it never happened: {what}"
            time.sleep(0.01)

    def hang(self) -> None:
        self.over.wait(LONGEST_RUN_SECONDS)

    def set_timings(self, **seconds: int) -> None:
        self.timings.update(seconds)

    def settled(self) -> list[dict[str, Any]]:
        api = boto3.client("lambda")
        return [
            {**each, "Tags": api.list_tags(Resource=each["EventSourceMappingArn"])["Tags"]}
            for each in self.mappings()
        ]

    def mappings(self) -> list[dict[str, Any]]:
        return boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    def items(self) -> list[dict[str, Any]]:
        return boto3.resource("dynamodb").Table("experiments").scan()["Items"]

    def put(self, item: dict[str, Any]) -> None:
        boto3.resource("dynamodb").Table("experiments").put_item(Item=item)

    def finish(self) -> None:
        """Stop what a test left running, and wait until no handler is at work."""
        self.over.set()
        for execution in self.executions:
            if self.describe(execution)["status"] == "RUNNING":
                self.stop(execution)
        self.until(lambda: not self.busy, "every handler has ended")


@contextmanager
def deployed() -> Iterator[Deployment]:
    """Inside, moto is mended, and Snapback is there beside the workload."""
    with pytest.MonkeyPatch.context() as patch, mock_aws(config=emulator.CONFIG):
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        workload.forget_clients()
        emulator.mend(patch)
        yield deployment.deployed()


@contextmanager
def mocked(made: Deployment) -> Iterator[Mocked]:
    """Inside, the table is empty, and the workload as new."""
    platform = Mocked(made, deployment.renewed())
    with ExitStack() as stack:
        stack.enter_context(roles.enforced(platform.refused))
        stack.enter_context(emulator.invoking(platform.invoke))
        stack.callback(platform.finish)
        yield platform
