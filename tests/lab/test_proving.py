"""The kit of `make prove` against the lab: a shortened list on the suite's product, and the whole of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import lab as snapback_lab
from lab.product import Product
from prove.account import Account
from prove.check import Verdict, answered
from prove.cleaning import clean
from prove.finding import found_runs
from prove.gather.lives import lives
from prove.gather.lookups import absences, limits
from prove.gather.machines import machines
from prove.gather.messages import letters, notices
from prove.gather.round_trips import other_region
from prove.gather.wire import wire
from prove.gather.workload import make_mappings
from prove.limit import Limit
from prove.names import OTHER, WORKLOAD, bucket, fresh
from prove.policy import BY_TYPE, actions_of, policy
from prove.preparing import guard, prepared
from prove.registry import CHECKS
from prove.session import Gathered, ask, prove
from prove.stacks import deploy, make_bucket, outputs
from prove.steps import EVERY_STEP
from prove.world import Pace, World

SHORTENED = (limits, absences, wire, machines, lives, letters, other_region, notices)
"""What needs seconds, and changes nothing of what other tests use."""
SECONDS = 600


@pytest.fixture(scope="module")
def account(lab: snapback_lab.Lab) -> Account:
    return Account.of_lab(lab)


@pytest.fixture(scope="module")
def world(
    account: Account, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The kit's workload beside the suite's product."""
    name, limit = fresh(), Limit(SECONDS, float("inf"), 0, 0)
    pace = replace(Pace.on_lab(), crowd=1)
    assembly, _ = prepared(tmp_path_factory.mktemp("proof"), account, name, (), pace)
    for region in (account.region, account.other_region):
        make_bucket(account, name, bucket(name, account.account_id, region), region)
    [stack] = product.aws("cloudformation").describe_stacks(StackName="Snapback")["Stacks"]
    found = outputs(stack)
    told = {
        "ExperimentMachineArn": found["ExperimentStateMachineArn"],
        "TopicArn": found["NotificationTopicArn"],
    }
    yield World(
        account=account,
        name=name,
        product=found,
        workload=deploy(assembly, WORKLOAD, account.region, limit, told),
        other=deploy(assembly, OTHER, account.other_region, limit),
        clusters={},
        standing=(),
        planned_dollars=0,
        limit=limit,
        pace=pace,
        say=lambda _: None,
    )
    assert clean(account, name, lambda _: None) == []
    assert name not in found_runs(account)


def verdicts(gathered: Gathered, account: Account) -> dict[str, tuple[Verdict, str]]:
    """What every check says of what was gathered."""
    evidence = gathered.evidence((), on_lab=account.on_lab)
    found = {check.id: answered(check, evidence) for check in CHECKS if check.of in evidence.found}
    return {check_id: (each.verdict, each.said) for check_id, each in found.items()}


def test_a_shortened_list_is_gathered_and_told_apart(world: World, account: Account) -> None:
    make_mappings(world)
    steps = [each for each in EVERY_STEP if each.gather in SHORTENED]
    gathered = Gathered()
    ask(world, [], steps, gathered)
    assert gathered.missing == {}
    found = verdicts(gathered, account)
    assert found["second-region"][0] is Verdict.PASS, found["second-region"]
    assert found["early-abandon"][0] is Verdict.PASS, found["early-abandon"]
    assert found["letters"][0] is Verdict.NEEDS_AWS
    assert "2 of 2 records" in found["letters"][1]
    assert {verdict for verdict, _ in found.values()} == {Verdict.PASS, Verdict.NEEDS_AWS}


@pytest.mark.long
def test_the_whole_kit_runs_and_leaves_nothing(account: Account, tmp_path: Path) -> None:
    name, pace = fresh(), Pace.on_lab()
    assembly, plan = prepared(tmp_path, account, name, (), pace)
    gathered = prove(assembly, plan, pace, guard(plan), lambda text: sys.stdout.write(f"{text}\n"))
    assert gathered.stopped == ""
    assert gathered.left == []
    assert gathered.missing == {}
    failed = {
        check_id: said
        for check_id, (verdict, said) in verdicts(gathered, account).items()
        if verdict is Verdict.FAIL
    }
    assert failed == {}
    assert name not in found_runs(account)


@pytest.mark.long
def test_a_run_that_is_stopped_leaves_nothing(account: Account, tmp_path: Path) -> None:
    name, pace = fresh(), replace(Pace.on_lab(), crowd=2)
    assembly, plan = prepared(tmp_path, account, name, (), pace)
    limit = guard(plan)

    def say(text: str) -> None:
        if text.startswith("watch mappings"):
            limit.stop("it was told to stop (SIGTERM)")

    gathered = prove(assembly, plan, pace, limit, say)
    assert gathered.stopped == "it was told to stop (SIGTERM)"
    assert gathered.left == []
    assert name not in found_runs(account)


@pytest.mark.long
def test_the_policy_permits_every_call_that_the_kit_has_made(account: Account) -> None:
    """After the test above, which makes them all."""
    permitted = {
        action for statement in policy(BY_TYPE)["Statement"] for action in statement["Action"]
    }
    needed = {action for call in account.calls for action in actions_of(*call)}
    assert needed
    assert needed <= permitted, sorted(needed - permitted)
