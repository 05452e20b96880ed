"""The product in the lab: the deployed machines, handlers and rules on the sample workload."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lab import Lab, handlers
from lab.demo import demonstrate
from lab.product import Mappings, Product

RESTORED_SECONDS = 90

type Wait = Callable[..., Any]


@pytest.fixture
def before(product: Product, eventually: Wait) -> Iterator[Mappings]:
    """What the mappings must be again, and nothing left open; checked however the test went."""
    eventually(lambda: [m["State"] for m in product.mappings()], ["Enabled"] * 3)
    expected = product.mappings()
    yield expected
    eventually(product.mappings, expected, RESTORED_SECONDS)
    eventually(product.open_items, [], RESTORED_SECONDS)


def test_an_experiment_deletes_the_mappings_and_brings_them_back_equal(
    product: Product, before: Mappings, eventually: Wait
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
    product: Product, before: Mappings, eventually: Wait, sequence: str
) -> None:
    execution = product.start(total_chaos_duration=2, sequence=sequence, cycles=2, chaos_interval=1)
    ended = eventually(lambda: product.ended(execution), seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert product.mappings() == before


def test_no_message_is_lost_while_they_keep_coming(
    lab: Lab, product: Product, before: Mappings
) -> None:
    verdict = demonstrate(lab, product.deployment, seconds=5)
    assert verdict.held, verdict.text
    assert all(counted["written"] > 20 for counted in verdict.report["workload"].values())
    assert before


@pytest.mark.parametrize(
    "state", ["Snapshot targets", "Inject fault", "Hold", "Observe", "Restore targets"]
)
def test_a_stopped_experiment_is_restored_by_itself(
    product: Product, before: Mappings, eventually: Wait, state: str
) -> None:
    execution = product.start(total_chaos_duration=5)
    eventually(lambda: product.entered(execution, state))
    product.aws("stepfunctions").stop_execution(executionArn=execution)
    eventually(product.mappings, before, RESTORED_SECONDS)
    ended = eventually(lambda: product.ended(execution))
    assert ended["status"] == "ABORTED"


def test_targets_are_restored_whenever_their_injector_is_killed(
    product: Product, before: Mappings, eventually: Wait
) -> None:
    execution = product.start(total_chaos_duration=5)

    def no_injector_lives() -> bool:
        for process_id, module in handlers.at_work(product.lab).items():
            if module == "inject_fault":
                handlers.kill(process_id)
        return product.entered(execution, "Restore targets")

    eventually(no_injector_lives)
    ended = eventually(lambda: product.ended(execution), seconds=120)
    assert ended["status"] == "FAILED"
    assert product.mappings() == before


def test_the_sweeper_restores_what_no_event_announced(
    product: Product, before: Mappings, eventually: Wait
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
    product: Product, before: Mappings, eventually: Wait
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
    product: Product, before: Mappings, eventually: Wait
) -> None:
    execution = product.start(total_chaos_duration=0, event_uuids=["nobody", "nobody"], typo=1)
    ended = eventually(lambda: product.ended(execution))
    assert ended["error"] == "InvalidExperiment"
    assert all(each in ended["cause"] for each in ("total_chaos_duration", "nobody", "typo"))
    assert product.mappings() == before
    assert product.open_items() == []


def test_two_experiments_do_not_share_a_target(
    product: Product, before: Mappings, eventually: Wait
) -> None:
    first = product.start(total_chaos_duration=8)
    eventually(lambda: product.entered(first, "Hold"))
    second = product.start(total_chaos_duration=1)
    refused = eventually(lambda: product.ended(second), seconds=30)
    assert refused["status"] == "FAILED"
    assert eventually(lambda: product.ended(first), seconds=60)["status"] == "SUCCEEDED"
    assert product.mappings() == before
