"""What a run will create, cost and take, and who may run it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from infra.definitions import function_of
from infra.permissions import HANDLERS
from prove import preparing
from prove.evidence import Run
from prove.plan import FACTOR, Plan, planned, told
from prove.policy import BY_TYPE, OF_THE_KIT, actions_of, policy
from prove.registry import CHECKS
from prove.steps import EVERY_STEP
from prove.world import Pace
from tests.unit.prove.worlds import world

STACK: dict[str, Any] = {
    "Resources": {
        "Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 2}},
        "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {}},
    }
}
BROKER: dict[str, Any] = {"Resources": {"Broker": {"Type": "AWS::AmazonMQ::Broker"}}}


def plan(*templates: dict[str, Any], sources: tuple[str, ...] = ()) -> Plan:
    regions = ("us-east-1", "eu-west-1")
    return planned(
        "SnapbackProofabc123",
        "XXXXXXXXXXXX",
        regions,
        sources,
        templates or (STACK,),
        Pace.on_aws(),
    )


def test_a_plan_without_flagged_sources_is_cheap_and_short() -> None:
    assert 0.1 < plan().dollars < 5
    assert 30 < plan().minutes < 60


def test_a_flagged_source_costs_more_and_takes_longer() -> None:
    with_broker = plan(STACK, BROKER, sources=("mq",))
    assert with_broker.dollars > plan().dollars
    assert with_broker.minutes > plan().minutes
    assert any("flagged" in each.title for each in with_broker.steps)
    assert not any("flagged" in each.title for each in plan().steps)


def test_the_plan_says_what_is_made_done_paid_and_guarded() -> None:
    shown = told(plan())
    assert "1 AWS::Kinesis::Stream" in shown
    assert "2 Kinesis shard" not in shown
    for step in plan().steps:
        assert step.title in shown
    assert f"${plan().dollars:.2f}, by list prices of us-east-1" in shown
    assert f"{FACTOR * plan().minutes:.0f} minutes or ${FACTOR * plan().dollars:.2f}" in shown
    assert json.dumps(plan().policy(), indent=1) in shown


def test_the_plan_says_what_is_reserved_of_the_accounts_concurrency() -> None:
    reserving = {"Type": "AWS::Lambda::Function", "Properties": {"ReservedConcurrentExecutions": 5}}
    assert "It reserves nothing of the account's concurrency." in told(plan())
    shown = told(plan({"Resources": {"One": reserving, "Two": reserving}}))
    assert "It reserves 10 of the account's concurrency while it runs." in shown


@pytest.mark.parametrize(("unreserved", "reserves"), [(999, False), (1000, True)])
def test_concurrency_is_reserved_only_where_plenty_is_left(
    unreserved: int,
    reserves: bool,  # noqa: FBT001  # a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preparing, "unreserved", lambda _: unreserved)
    asked = preparing._context(world().account, "SnapbackProofabc123", (), Pace.on_aws())
    assert asked["reserve_concurrency"] is reserves


def test_every_kind_of_evidence_that_a_check_judges_is_gathered_by_one_step() -> None:
    given = [kind for step in EVERY_STEP for kind in step.gives]
    assert len(given) == len(set(given))
    assert set(given) == {check.of for check in CHECKS}
    assert Run not in given


def test_the_steps_run_every_handler() -> None:
    assert {name for step in EVERY_STEP for name in step.handlers} == set(
        map(function_of, HANDLERS)
    )


def test_the_policy_permits_the_stacks_types_and_no_others() -> None:
    actions = [
        action for each in policy(["AWS::KMS::Key"])["Statement"] for action in each["Action"]
    ]
    assert "kms:CreateKey" in actions
    assert "mq:CreateBroker" not in actions
    assert "states:RedriveExecution" in actions


def test_a_type_without_a_row_is_an_error() -> None:
    with pytest.raises(KeyError, match="AWS::Some::Thing"):
        policy(["AWS::Some::Thing"])


def test_no_statement_of_the_policy_has_a_wildcard_action() -> None:
    for statement in policy(BY_TYPE)["Statement"]:
        assert not any("*" in action for action in statement["Action"])
        assert len(set(statement["Action"])) == len(statement["Action"])


REFERENCE = json.loads(
    (files("cfnlint.data") / "AdditionalSpecs" / "Policies.json").read_text(encoding="utf-8")
)
"""AWS's service authorization reference, as cfn-lint ships it."""


def test_every_action_of_the_policy_is_one_of_iam_s() -> None:
    unknown = [
        action
        for statement in policy(BY_TYPE)["Statement"]
        for action in statement["Action"]
        for service, name in [action.split(":")]
        if name.lower() not in REFERENCE[service]["Actions"]
    ]
    assert unknown == []


def test_what_can_destroy_is_permitted_on_the_kits_own_only() -> None:
    """Where IAM knows a resource; names that CloudFormation makes up alone cannot be told."""
    unbound = {
        f"{each.service}:{action}"
        for each in OF_THE_KIT
        for action in each.actions
        if each.on == ("*",) and action.startswith("Delete")
    }
    assert unbound == {"lambda:DeleteEventSourceMapping"}


def test_a_call_is_permitted_under_its_own_name_or_another() -> None:
    assert actions_of("stepfunctions", "StartExecution") == ("states:StartExecution",)
    assert actions_of("s3", "ListBuckets") == ("s3:ListAllMyBuckets",)
    assert actions_of("docdb", "DescribeDBClusters") == ("rds:DescribeDBClusters",)
    assert actions_of("resourcegroupstaggingapi", "GetResources") == ("tag:GetResources",)
