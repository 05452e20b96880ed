"""The stacks of `make prove`, as CDK writes them for an account."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest

import prove.assembly
from prove.account import Account
from prove.assembly import Assembly, made
from prove.names import OTHER, PRODUCT, SOURCES, TAG, WORKLOAD, bucket
from prove.plan import planned
from prove.policy import BY_TYPE
from prove.world import Pace
from tests.infra.conftest import Synth

NAME = "SnapbackProofabc123"
NUMBER = "111122223333"
STACKS = (PRODUCT, WORKLOAD, OTHER, *SOURCES)


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory, synth: Synth) -> Assembly:
    account = Account(boto3.Session(region_name="us-east-1"), NUMBER, "us-east-1", "eu-west-1")
    context = {
        "stack_name": NAME, "disposable": True, "target_functions": f"{NAME}-*",
        "reserve_concurrency": False, "crowd": Pace.on_aws().crowd, "sources": list(SOURCES),
    }  # fmt: skip
    folder: Path = tmp_path_factory.mktemp("proof") / "assembly"
    with mock.patch.object(prove.assembly, "synth", synth):
        return made(folder, account, context)


def resources(assembly: Assembly) -> list[dict[str, Any]]:
    return [each for stack in STACKS for each in assembly.template(stack)["Resources"].values()]


def test_every_type_of_resource_has_a_row_in_the_policy(assembly: Assembly) -> None:
    types = {each["Type"] for each in resources(assembly)}
    assert types == set(BY_TYPE)


def test_cfn_lint_finds_no_error_in_the_workload(assembly: Assembly) -> None:
    lint = Path(sys.executable).parent / "cfn-lint"
    templates = [assembly.folder / f"{stack}.template.json" for stack in STACKS[1:]]
    run = subprocess.run(
        [lint, *templates, "--regions", "us-east-1", "--ignore-checks", "W"],
        env={"PATH": os.environ["PATH"]}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert run.stdout + run.stderr == ""


def test_nothing_outlives_its_stack(assembly: Assembly) -> None:
    kept = [
        each["Type"]
        for each in resources(assembly)
        if each.get("DeletionPolicy") in ("Retain", "Snapshot")
        or each["Properties"].get("DeletionProtectionEnabled")
        or each["Properties"].get("DeletionProtection")
    ]
    assert kept == []


def test_every_stack_is_called_after_the_run_and_tagged(assembly: Assembly) -> None:
    assert assembly.stack_name(PRODUCT) == NAME
    assert {assembly.stack_name(each) for each in STACKS[1:]} == {
        f"{NAME}-{each}" for each in STACKS[1:]
    }
    assert all(assembly.tags(each)[TAG] == NAME for each in STACKS)


def test_files_go_to_a_bucket_of_the_runs_own(assembly: Assembly) -> None:
    for stack in STACKS:
        url = assembly.template_url(stack, "eu-west-1")
        own = bucket(NAME, NUMBER, "eu-west-1")
        assert url.startswith(f"https://{own}.s3.eu-west-1.amazonaws.com/")
        assert {each for each, _, _ in assembly.files(stack, "eu-west-1")} == {own}


def test_no_stack_asks_for_a_bootstrapped_account(assembly: Assembly) -> None:
    for stack in STACKS:
        assert "BootstrapVersion" not in assembly.template(stack).get("Parameters", {})


def test_the_product_may_touch_nothing_but_the_workload(assembly: Assembly) -> None:
    text = str(assembly.template(PRODUCT))
    assert f":function:{NAME}-*" in text
    assert ":function:*'" not in text


def test_the_cheap_sources_stay_under_five_dollars_and_an_hour(assembly: Assembly) -> None:
    templates = [assembly.template(each) for each in (PRODUCT, WORKLOAD, OTHER)]
    regions = ("us-east-1", "eu-west-1")
    cheap = planned(NAME, "X", regions, (), templates, Pace.on_aws())
    assert cheap.resources["AWS::SQS::Queue"] > Pace.on_aws().crowd
    assert cheap.dollars < 5
    assert cheap.minutes < 60
