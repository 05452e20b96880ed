"""The role of a target account trusts one Snapback alone, and may do what its handlers may."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from infra.permissions import HANDLERS, at_targets, collected
from snapback.protocol.permissions import Kind, Question, may
from tests.infra import rights
from tests.infra.conftest import Synth
from tests.infra.rights import Right

HOME = "123456789012"
RoleFor = Callable[..., dict[str, Any]]


@pytest.fixture
def role_for(synth: Synth, tmp_path: Path) -> RoleFor:
    """Make the role with context values; answers the properties of the one resource."""

    def made(**context: str) -> dict[str, Any]:
        synth(ROOT / "app.py", tmp_path, context)
        assert not (tmp_path / "Snapback.template.json").exists()
        template = json.loads((tmp_path / "SnapbackTarget.template.json").read_text())
        [resource] = template["Resources"].values()
        assert resource["Type"] == "AWS::IAM::Role"
        assert template["Outputs"]["AssumeRoleArn"]
        properties: dict[str, Any] = resource["Properties"]
        return properties

    return made


@pytest.fixture
def role(role_for: RoleFor) -> dict[str, Any]:
    """The role of a stack without other settings."""
    return role_for(target_of=HOME)


def allowed(role: dict[str, Any]) -> set[Right]:
    [policy] = role["Policies"]
    return rights.in_policy(policy["PolicyDocument"]["Statement"])


def test_the_role_trusts_the_functions_of_one_snapback_with_its_external_id(
    role: dict[str, Any],
) -> None:
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRole"
    assert HOME in json.dumps(trust["Principal"])
    assert trust["Condition"]["StringEquals"] == {"sts:ExternalId": {"Ref": "ExternalId"}}
    assert f":iam::{HOME}:role/Snapback-*" in json.dumps(trust["Condition"]["ArnLike"])


def test_the_role_is_called_after_the_stack_that_it_trusts(role_for: RoleFor) -> None:
    role = role_for(target_of=HOME, stack_name="Second")
    assert role["RoleName"] == "SecondTarget"
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert f":iam::{HOME}:role/Second-*" in json.dumps(trust["Condition"]["ArnLike"])


def test_the_role_may_do_what_the_handlers_may_on_targets_and_no_more(role: dict[str, Any]) -> None:
    assert role["RoleName"] == "SnapbackTarget"
    every = {each for module in HANDLERS for each in collected(module)}
    assert allowed(role) == rights.in_rows(each for each in every if each.kind.at_target)
    actions = {each.action for each in allowed(role)}
    assert {"lambda:DeleteEventSourceMapping", "lambda:CreateEventSourceMapping"} <= actions
    services = {action.split(":")[0] for action in actions}
    assert not services & {"ssm", "states", "logs", "sts", "xray"}
    assert {action for action in actions if action.startswith("dynamodb:")} == {
        "dynamodb:DescribeStream"
    }


def test_the_role_has_no_rights_of_faults_that_the_stack_does_not_do(role_for: RoleFor) -> None:
    found = allowed(role_for(target_of=HOME, faults="disable-mappings"))
    assert found == rights.in_rows(at_targets(["disable-mappings"]))
    actions = {each.action for each in found}
    assert "lambda:UpdateEventSourceMapping" in actions
    assert not actions & {"lambda:DeleteEventSourceMapping", "lambda:CreateEventSourceMapping"}


def test_every_kind_of_resource_says_whether_a_target_s_account_has_it() -> None:
    kinds = {each.kind for module in HANDLERS for each in collected(module)}
    assert {kind.name for kind in kinds if not kind.at_target and kind.arn} == {"target role"}
    assert all(kind.arn for kind in kinds if kind.at_target)


def test_a_kind_that_a_fault_brings_along_reaches_the_role_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parameter = Kind("parameter", "arn:{partition}:ssm:*:{account}:parameter/*")
    switch = Kind("own switch", words="a parameter of the stack's own", at_target=False)
    brought = (
        may("ssm:PutParameter", on=parameter, because="The fault."),
        may("ssm:GetParameter", on=switch, because="Looks at home."),
    )
    monkeypatch.setattr("infra.permissions.of_fault", lambda _: {Question.INJECT: brought})
    found = set(at_targets(["set-parameter"]))
    assert brought[0] in found
    assert brought[1] not in found
    assert brought[1] in collected("inject_fault", ["set-parameter"])


def test_the_handlers_that_call_targets_may_assume_its_role() -> None:
    for module in HANDLERS:
        table = collected(module)
        calls_targets = any(each.kind.at_target for each in table)
        assumes = any("sts:AssumeRole" in each.actions for each in table)
        assert assumes == calls_targets, module


@pytest.mark.parametrize("target_of", ["me", "12345", "arn:aws:iam::123456789012:root"])
def test_what_is_no_account_is_refused(role_for: RoleFor, target_of: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(f"context target_of={target_of!r} cannot")):
        role_for(target_of=target_of)
