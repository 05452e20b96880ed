"""The role of a target account trusts one Snapback alone, and may do what its handlers may."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from infra.permissions import HANDLERS, RESOURCES
from infra.target_stack import AT_TARGETS, statements

HOME = "123456789012"
Synthesize = Callable[[dict[str, Any]], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def synthesize(tmp_path: Path) -> Synthesize:
    """Run the app with a context; its templates are in `tmp_path`."""
    (tmp_path / "node").symlink_to(str(shutil.which("node")))

    def run(context: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
        environment = {
            "PATH": str(tmp_path),
            "HOME": str(Path.home()),
            "CDK_OUTDIR": str(tmp_path),
            "CDK_CONTEXT_JSON": json.dumps(context),
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
        }
        command = [sys.executable, str(ROOT / "app.py")]
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)

    return run


@pytest.fixture
def role(synthesize: Synthesize, tmp_path: Path) -> dict[str, Any]:
    """The properties of the one resource."""
    run = synthesize({"target_of": HOME})
    assert run.returncode == 0, run.stderr
    assert not (tmp_path / "Snapback.template.json").exists()
    template = json.loads((tmp_path / "SnapbackTarget.template.json").read_text())
    [resource] = template["Resources"].values()
    assert resource["Type"] == "AWS::IAM::Role"
    assert template["Outputs"]["AssumeRoleArn"]
    properties: dict[str, Any] = resource["Properties"]
    return properties


def test_the_role_trusts_the_functions_of_one_snapback_with_its_external_id(
    role: dict[str, Any],
) -> None:
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRole"
    assert HOME in json.dumps(trust["Principal"])
    assert trust["Condition"]["StringEquals"] == {"sts:ExternalId": {"Ref": "ExternalId"}}
    assert f":iam::{HOME}:role/Snapback-*" in json.dumps(trust["Condition"]["ArnLike"])


def test_the_role_may_do_what_the_handlers_may_on_targets_and_no_more(role: dict[str, Any]) -> None:
    assert role["RoleName"] == "SnapbackTarget"
    [policy] = role["Policies"]
    allowed = {
        action
        for each in policy["PolicyDocument"]["Statement"]
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert allowed == {action for each in statements() for action in each.actions}
    assert {"lambda:DeleteEventSourceMapping", "lambda:CreateEventSourceMapping"} <= allowed
    services = {action.split(":")[0] for action in allowed}
    assert not services & {"ssm", "states", "logs", "sts"}
    assert {action for action in allowed if action.startswith("dynamodb:")} == {
        "dynamodb:DescribeStream"
    }


def test_every_kind_of_resource_is_a_target_s_or_known_to_be_the_stack_s_own() -> None:
    own = set(RESOURCES) - AT_TARGETS
    assert set(RESOURCES) >= AT_TARGETS
    assert not {kind for kind in own if RESOURCES[kind].startswith("arn:")} - {"target role"}


def test_the_handlers_that_call_targets_may_assume_its_role() -> None:
    for module, table in HANDLERS.items():
        calls_targets = any(
            each.resource in AT_TARGETS and "cloudwatch:PutMetricData" not in each.actions
            for each in table
        )
        assumes = any("sts:AssumeRole" in each.actions for each in table)
        assert assumes or not calls_targets, module


@pytest.mark.parametrize("target_of", ["me", "12345", "arn:aws:iam::123456789012:root"])
def test_what_is_no_account_is_refused(synthesize: Synthesize, target_of: str) -> None:
    run = synthesize({"target_of": target_of})
    assert run.returncode != 0
    assert f"context target_of={target_of!r} cannot be used" in run.stderr
