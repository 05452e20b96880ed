"""A mocked account with Snapback in it, and one workload to experiment on."""

import importlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import uuid4

import boto3

from infra.definitions import module_of
from snapback.faults.mappings.mapping import POSITION
from tests.fakes import lambdas
from tests.fakes.mappings import IDENTITY
from tests.workflow.emulator import status_of
from tests.workflow.roles import acting_as

FUNCTION_SECONDS = 10
LONGEST_RUN_SECONDS = 60
Context = lambdas.Context
Handler = Callable[[dict[str, Any], Context], Any]
Replacement = Callable[[Handler, dict[str, Any], Context], Any]


@dataclass
class Account:
    """`replaced[module]` runs in place of a handler; `over` is set when a test ends."""

    machines: dict[str, str] = field(default_factory=dict)
    uuids: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    replaced: dict[str, Replacement] = field(default_factory=dict)
    executions: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    running: int = 0
    invoked: int = 0

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        module = module_of(function)
        handler = importlib.import_module(module).handler
        self.invoked += 1
        self.running += 1
        context = Context(f"request-{self.invoked}", function, time.time() + FUNCTION_SECONDS)
        try:
            if module in self.replaced:
                return self.replaced[module](acting_as(module, handler), event, context)
            return acting_as(module, handler)(event, context)
        finally:
            self.running -= 1

    def start(self, machine: str, asked: Any, name: str | None = None) -> str:
        started = boto3.client("stepfunctions").start_execution(
            stateMachineArn=self.machines[machine],
            input=json.dumps(asked),
            name=name or f"run-{uuid4()}",
        )
        self.executions.append(started["executionArn"])
        return started["executionArn"]

    def result(self, execution: str) -> dict[str, Any]:
        self.until(lambda: status_of(execution) != "RUNNING", "the execution ends")
        return boto3.client("stepfunctions").describe_execution(executionArn=execution)

    def run(self, machine: str, asked: Any, name: str | None = None) -> dict[str, Any]:
        return self.result(self.start(machine, asked, name))

    def until(self, reached: Callable[[], Any], what: str) -> None:
        """Wait for something that an execution will do."""
        deadline = time.monotonic() + LONGEST_RUN_SECONDS
        while not reached():
            assert time.monotonic() < deadline, f"it never happened: {what}"
            time.sleep(0.01)

    def mappings(self) -> list[dict[str, Any]]:
        return boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    def state(self) -> list[dict[str, Any]]:
        """Every mapping's settings, state and tags, without its identity, in one order."""
        api = boto3.client("lambda")
        found = []
        for mapping in self.mappings():
            tags = api.list_tags(Resource=mapping["EventSourceMappingArn"])["Tags"]
            kept = {k: v for k, v in mapping.items() if k not in (*IDENTITY, *POSITION)}
            found.append(kept | {"Tags": tags})
        return sorted(found, key=lambda each: each["EventSourceArn"])

    def items(self, kind: str, experiment_id: str = "") -> list[dict[str, Any]]:
        """The stored items of a kind: `meta`, `target#`, `sample#`, `lock`, `report`."""
        scanned = boto3.resource("dynamodb").Table("experiments").scan()["Items"]
        return [
            each
            for each in scanned
            if each["sk"].startswith(kind) and each["pk"].endswith(experiment_id)
        ]

    def open(self) -> list[str]:
        """The experiments that are not closed, and the locks that are held."""
        experiments = [each for each in self.items("meta") if each["status"] != "closed"]
        return [str(each["pk"]) for each in (*experiments, *self.items("lock"))]

    def fail_once(self, module: str, error: Exception | None, *, before: bool) -> None:
        """Let the first run of a handler raise, or never answer, before or after its work."""
        first = [True]

        def replacement(handler: Handler, event: dict[str, Any], context: Context) -> Any:
            if not first:
                return handler(event, context)
            first.clear()
            if not before:
                handler(event, context)
            if error is None:
                return self.over.wait(LONGEST_RUN_SECONDS)
            raise error

        self.replaced[module] = replacement

    def fail_always(self, module: str, error: Exception) -> None:
        """Let every run of a handler raise, before its work."""

        def replacement(_handler: Handler, _event: dict[str, Any], _context: Context) -> Any:
            raise error

        self.replaced[module] = replacement

    def finish(self) -> None:
        """Stop what a test left running, and wait until no handler is at work."""
        self.over.set()
        states = boto3.client("stepfunctions")
        for execution in self.executions:
            if status_of(execution) == "RUNNING":
                states.stop_execution(executionArn=execution)
        self.until(lambda: self.running == 0, "every handler has ended")
        self.executions.clear()
        self.replaced.clear()
        self.over = Event()
