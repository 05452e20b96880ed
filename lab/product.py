"""Snapback as it is deployed in a lab: start experiments, see what they do, and what they leave behind."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from lab.cloud import client
from lab.deploy import synth
from lab.deployment import Deployment, deploy_all
from lab.emulator import ROOT
from lab.session import Lab

SHORT = {
    "observe_seconds": 1,
    "position_margin_seconds": 10,
    "inject_fault_function_seconds": 12,
    "inject_fault_task_seconds": 60,
    "send_margin_seconds": 4,
    "quiet_margin_seconds": 3,
    "restore_targets_function_seconds": 12,
    "restore_targets_task_seconds": 60,
    "restore_retry_seconds": 1,
    "restore_attempts": 3,
    "poll_seconds": 1,
    "recovery_seconds": 20,
    "rest_seconds": 20,
    "guard_function_seconds": 75,
    "guard_settle_seconds": 1,
    "late_seconds": 30,
}
"""Timings with which what goes wrong is over soon; a task waits longer for a process that starts late."""

LIMITS = {"min_interval_seconds": 1, "max_open_experiments": 100}

IDENTITY = {
    "UUID", "EventSourceMappingArn", "LastModified", "LastProcessingResult",
    "StateTransitionReason", "StartingPosition", "StartingPositionTimestamp",
}  # fmt: skip
"""What is not the same on a mapping that was made again: its identity, and where a stream starts."""

LAST_EVENTS = 30
"""As many as surely hold the last state that was entered."""

type Mappings = list[dict[str, Any]]


@dataclass(frozen=True)
class Product:
    """The deployed stacks, and short ways to use them."""

    lab: Lab
    deployment: Deployment

    @classmethod
    def deployed(cls, lab: Lab) -> Self:
        """Synthesize Snapback with short timings and deploy it beside the sample workload."""
        with tempfile.TemporaryDirectory(prefix="snapback-assembly-") as scratch:
            context = {"asset": "lab", "timings": SHORT, **LIMITS}
            assembly = synth(ROOT / "app.py", Path(scratch), context)
            return cls(lab, deploy_all(lab, assembly))

    def aws(self, service: str) -> Any:
        """A client of the lab."""
        return client(self.lab, service)

    def output(self, key: str) -> str:
        """An output of the stack."""
        stack = self.aws("cloudformation").describe_stacks(StackName="Snapback")["Stacks"][0]
        return str(next(o["OutputValue"] for o in stack["Outputs"] if o["OutputKey"] == key))

    def start(self, name: str = "", **asked: Any) -> str:
        """Start an experiment, on all mappings of the sample unless told otherwise; answers its ARN."""
        sample = self.deployment.sample
        request = {"function_name": sample.function_name, "event_uuids": "all", **asked}
        started = self.aws("stepfunctions").start_execution(
            stateMachineArn=self.deployment.experiment_state_machine_arn,
            name=name or f"run-{uuid4()}",
            input=json.dumps(request),
        )
        return str(started["executionArn"])

    def execution(self, arn: str) -> dict[str, Any]:
        """What Step Functions says of an execution."""
        return dict(self.aws("stepfunctions").describe_execution(executionArn=arn))

    def run(self, machine_arn: str, asked: Mapping[str, Any]) -> str:
        """Start an execution of any machine; answers its ARN."""
        states = self.aws("stepfunctions")
        started = states.start_execution(stateMachineArn=machine_arn, input=json.dumps(asked))
        return str(started["executionArn"])

    def ended(self, arn: str) -> dict[str, Any] | None:
        """The same, once it has ended."""
        found = self.execution(arn)
        return found if found["status"] != "RUNNING" else None

    def phase(self, arn: str) -> str:
        """The state that an execution entered last."""
        history = self.aws("stepfunctions").get_execution_history(
            executionArn=arn, reverseOrder=True, maxResults=LAST_EVENTS
        )
        names = (each.get("stateEnteredEventDetails", {}).get("name") for each in history["events"])
        return next((str(name) for name in names if name), "starting")

    def entered(self, arn: str, state: str) -> bool:
        """Whether an execution has come to a state."""
        history = self.aws("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
        return any(
            event.get("stateEnteredEventDetails", {}).get("name") == state
            for event in history["events"]
        )

    def entered_at(self, arn: str) -> dict[str, float]:
        """The epoch second at which an execution entered each state for the first time."""
        pages = self.aws("stepfunctions").get_paginator("get_execution_history")
        events = (each for page in pages.paginate(executionArn=arn) for each in page["events"])
        found: dict[str, float] = {}
        for event in events:
            if name := event.get("stateEnteredEventDetails", {}).get("name"):
                found.setdefault(str(name), event["timestamp"].timestamp())
        return found

    def running(self) -> list[str]:
        """Every execution of the two machines that has not ended."""
        machines = (
            self.deployment.experiment_state_machine_arn,
            self.deployment.restore_state_machine_arn,
        )
        return [
            str(each["executionArn"])
            for machine in machines
            for each in self.aws("stepfunctions").list_executions(
                stateMachineArn=machine, statusFilter="RUNNING"
            )["executions"]
        ]

    def mappings(self, function_name: str = "") -> Mappings:
        """Every setting, state and tag of a function's mappings (the sample's by default), in one order."""
        functions = self.aws("lambda")
        name = function_name or self.deployment.sample.function_name
        pages = functions.get_paginator("list_event_source_mappings").paginate(FunctionName=name)
        listed = [each for page in pages for each in page["EventSourceMappings"]]
        found = [
            {k: v for k, v in each.items() if k not in IDENTITY} | {"Tags": self._tags(each)}
            for each in listed
        ]
        return sorted(found, key=lambda each: str(each["EventSourceArn"]))

    def _tags(self, mapping: dict[str, Any]) -> Any:
        functions = self.aws("lambda")
        try:
            return functions.list_tags(Resource=mapping["EventSourceMappingArn"])["Tags"]
        except functions.exceptions.ResourceNotFoundException:
            return None

    def open_items(self, *names: str) -> list[str]:
        """The keys of experiments that are not closed, and of locks that still refuse another experiment.

        Where names are given, only the keys that contain one of them.
        """
        pages = self.aws("dynamodb").get_paginator("scan")
        found = [
            str(each["pk"]["S"])
            for page in pages.paginate(TableName=self.deployment.table_name, ConsistentRead=True)
            for each in page["Items"]
            if "open" in each or _refuses(each)
        ]
        return [key for key in found if not names or any(name in key for name in names)]


def _refuses(item: dict[str, Any]) -> bool:
    quiet_at = float(item["quiet_at"]["N"]) if "quiet_at" in item else float("inf")
    return item["pk"]["S"].startswith("lock#") and time.time() < quiet_at
