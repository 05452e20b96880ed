"""The product in the lab: the deployed machines, handlers and rules on the sample workload."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lab import Lab, emulator
from lab.demo import demonstrate
from lab.deploy import synth
from lab.deployment import Deployment, deploy_all
from snapback.mappings import READ_ONLY
from snapback.resume import POSITION

SHORT = {
    "observe_seconds": 1,
    "position_margin_seconds": 10,
    "inject_fault_function_seconds": 12,
    "inject_fault_task_seconds": 15,
    "send_margin_seconds": 4,
    "quiet_margin_seconds": 3,
    "recovery_seconds": 20,
}
RESTORED_SECONDS = 90

type Client = Callable[[str], Any]
type Wait = Callable[..., Any]


@dataclass(frozen=True)
class Product:
    """Snapback and its sample workload, as they are deployed."""

    aws: Client
    deployment: Deployment

    def output(self, key: str) -> str:
        stack = self.aws("cloudformation").describe_stacks(StackName="Snapback")["Stacks"][0]
        return str(next(o["OutputValue"] for o in stack["Outputs"] if o["OutputKey"] == key))

    def start(self, **asked: Any) -> str:
        sample = self.deployment.sample
        request = {"function_name": sample.function_name, "event_uuids": "all", **asked}
        started = self.aws("stepfunctions").start_execution(
            stateMachineArn=self.deployment.experiment_state_machine_arn,
            name=f"run-{uuid4()}",
            input=json.dumps(request),
        )
        return str(started["executionArn"])

    def execution(self, arn: str) -> dict[str, Any]:
        return dict(self.aws("stepfunctions").describe_execution(executionArn=arn))

    def ended(self, arn: str) -> dict[str, Any] | None:
        found = self.execution(arn)
        return found if found["status"] != "RUNNING" else None

    def entered(self, arn: str, state: str) -> bool:
        history = self.aws("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
        return any(
            event.get("stateEnteredEventDetails", {}).get("name") == state
            for event in history["events"]
        )

    def mappings(self) -> list[dict[str, Any]]:
        """Every setting of every mapping, but for where a stream starts."""
        listed = self.aws("lambda").list_event_source_mappings(
            FunctionName=self.deployment.sample.function_name
        )
        return sorted(
            (
                {k: v for k, v in each.items() if k not in (READ_ONLY - {"State"}) | {*POSITION}}
                for each in listed["EventSourceMappings"]
            ),
            key=lambda each: each["EventSourceArn"],
        )

    def open_items(self) -> list[dict[str, Any]]:
        """Locks, and experiments that are not closed."""
        pages = (
            self.aws("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.deployment.table_name, ConsistentRead=True)
        )
        return [
            each
            for page in pages
            for each in page["Items"]
            if "open" in each or each["pk"]["S"].startswith("lock#")
        ]


@pytest.fixture(scope="module")
def product(lab: Lab, aws: Client, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """Snapback with short timings, deployed beside the sample workload."""
    context = {"asset": "lab", "timings": SHORT}
    assembly = synth(emulator.ROOT / "app.py", tmp_path_factory.mktemp("product"), context)
    return Product(aws, deploy_all(lab, assembly))


@pytest.fixture
def before(product: Product, eventually: Wait) -> Iterator[list[dict[str, Any]]]:
    """What the mappings must be again, and nothing left open; checked however the test went."""
    eventually(lambda: [m["State"] for m in product.mappings()], ["Enabled"] * 3)
    expected = product.mappings()
    yield expected
    eventually(product.mappings, expected, RESTORED_SECONDS)
    eventually(product.open_items, [], RESTORED_SECONDS)


def test_an_experiment_deletes_the_mappings_and_brings_them_back_equal(
    product: Product, before: list[dict[str, Any]], eventually: Wait
) -> None:
    execution = product.start(total_chaos_duration=3)
    eventually(product.mappings, [])
    ended = eventually(lambda: product.ended(execution), seconds=60)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    report = json.loads(ended["output"])
    assert report["status"] == "held"
    assert report["counts"]["verified"] == 3
    assert product.mappings() == before


@pytest.mark.parametrize("sequence", ["serial", "rolling"])
def test_one_after_another_works_too(
    product: Product, before: list[dict[str, Any]], eventually: Wait, sequence: str
) -> None:
    execution = product.start(total_chaos_duration=2, sequence=sequence, cycles=2, chaos_interval=1)
    ended = eventually(lambda: product.ended(execution), seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert product.mappings() == before


def test_no_message_is_lost_while_they_keep_coming(
    lab: Lab, product: Product, before: list[dict[str, Any]]
) -> None:
    verdict = demonstrate(lab, product.deployment, seconds=5)
    assert verdict.held, verdict.text
    assert all(counted["written"] > 20 for counted in verdict.report["workload"].values())
    assert before


@pytest.mark.parametrize(
    "state", ["Snapshot targets", "Inject fault", "Hold", "Observe", "Restore targets"]
)
def test_a_stopped_experiment_is_restored_by_itself(
    product: Product, before: list[dict[str, Any]], eventually: Wait, state: str
) -> None:
    execution = product.start(total_chaos_duration=5)
    eventually(lambda: product.entered(execution, state))
    product.aws("stepfunctions").stop_execution(executionArn=execution)
    eventually(product.mappings, before, RESTORED_SECONDS)


def test_targets_are_restored_whenever_their_injector_is_killed(
    product: Product, before: list[dict[str, Any]], eventually: Wait
) -> None:
    execution = product.start(total_chaos_duration=5)
    eventually(lambda: _kill("inject_fault") < 0 or product.entered(execution, "Restore targets"))
    ended = eventually(lambda: product.ended(execution), seconds=120)
    assert ended["status"] == "FAILED"
    assert product.mappings() == before


def _kill(module: str) -> int:
    """Kill -9 the processes that run a handler; answers how many."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"{module}.handler".encode() in command:
            os.kill(int(process.name), signal.SIGKILL)
            count += 1
    return count


def test_the_sweeper_restores_what_no_event_announced(
    product: Product, before: list[dict[str, Any]], eventually: Wait
) -> None:
    events = product.aws("events")
    rescue = next(
        rule["Name"]
        for rule in events.list_rules()["Rules"]
        if "aws.states" in rule.get("EventPattern", "")
    )
    events.disable_rule(Name=rescue)
    try:
        execution = product.start(total_chaos_duration=60)
        eventually(product.mappings, [])
        product.aws("stepfunctions").stop_execution(executionArn=execution)
        eventually(product.mappings, before, RESTORED_SECONDS)
    finally:
        events.enable_rule(Name=rescue)


def test_the_kill_switch_ends_a_window_and_refuses_the_next(
    product: Product, before: list[dict[str, Any]], eventually: Wait
) -> None:
    ssm = product.aws("ssm")
    switch = product.output("KillSwitchParameterName")
    execution = product.start(total_chaos_duration=300)
    eventually(product.mappings, [])
    ssm.put_parameter(Name=switch, Value="on", Overwrite=True)
    try:
        ended = eventually(lambda: product.ended(execution), seconds=60)
        next_one = product.start(total_chaos_duration=1)
        refused = eventually(lambda: product.ended(next_one))
    finally:
        ssm.put_parameter(Name=switch, Value="off", Overwrite=True)
    assert (ended["status"], ended["error"]) == ("FAILED", "WindowClosed")
    assert refused["error"] == "InvalidExperiment"
    assert "kill switch" in refused["cause"]
    assert product.mappings() == before


def test_a_refused_experiment_touches_nothing(
    product: Product, before: list[dict[str, Any]], eventually: Wait
) -> None:
    execution = product.start(total_chaos_duration=0, event_uuids=["nobody", "nobody"], typo=1)
    ended = eventually(lambda: product.ended(execution))
    assert ended["error"] == "InvalidExperiment"
    assert all(each in ended["cause"] for each in ("total_chaos_duration", "nobody", "typo"))
    assert product.mappings() == before
    assert product.open_items() == []


def test_two_experiments_do_not_share_a_target(
    product: Product, before: list[dict[str, Any]], eventually: Wait
) -> None:
    first = product.start(total_chaos_duration=8)
    eventually(lambda: product.entered(first, "Hold"))
    second = product.start(total_chaos_duration=1)
    refused = eventually(lambda: product.ended(second), seconds=30)
    assert refused["status"] == "FAILED"
    assert eventually(lambda: product.ended(first), seconds=60)["status"] == "SUCCEEDED"
    assert product.mappings() == before
