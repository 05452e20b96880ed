"""Clean-up takes what the kit made and nothing else, and leaves no stack that bills on for nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

import lab as snapback_lab
from prove import __main__ as command
from prove import cleaning
from prove.account import Account
from prove.cleaning import clean
from prove.emptying import empty
from prove.finding import found_runs, in_progress
from prove.names import PREFIX, TAG, bucket
from prove.stacks import remove

NUMBER = snapback_lab.session.ACCOUNT_ID
NAME = "SnapbackProofabc123"
TABLE = f"{NAME}-Table"
STACK = json.dumps({
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {"TableName": {"Value": TABLE}},
})  # fmt: skip
FOREIGN = (
    "SnapbackProofing",
    "SnapbackProofingab-Workload",
    "SnapbackProofABC123",
    "SnapbackProof",
)
FOREIGN_BUCKETS = (
    "snapbackproof-logs", "snapbackproofabc123-archive", f"snapbackproofing-{NUMBER}-us-east-1",
    "snapbackproofabc123-999999999999-us-east-1",
)  # fmt: skip


REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-2")


@pytest.fixture
def account(lab: snapback_lab.Lab) -> Iterator[Account]:
    made = Account.of_lab(lab)
    yield made
    for region in REGIONS:
        for each in stacks(made, region):
            made.client("cloudformation", region).delete_stack(StackName=each)
    for each in buckets(made):
        empty(made, each)
        made.client("s3").delete_bucket(Bucket=each)


def make(account: Account, name: str, region: str = "", tag: str = NAME) -> None:
    tags = [{"Key": TAG, "Value": tag}] if tag else []
    account.client("cloudformation", region).create_stack(
        StackName=name, TemplateBody=STACK, Tags=tags
    )


def make_bucket(account: Account, name: str, region: str = "us-east-1") -> None:
    where = {"LocationConstraint": region}
    asked = {} if region == "us-east-1" else {"CreateBucketConfiguration": where}
    account.client("s3", region).create_bucket(Bucket=name, **asked)


def stacks(account: Account, region: str = "") -> set[str]:
    found = account.client("cloudformation", region).describe_stacks()["Stacks"]
    return {
        each["StackName"]
        for each in found
        if each["StackStatus"] != "DELETE_COMPLETE" and each["StackName"].startswith(PREFIX)
    }


def buckets(account: Account) -> set[str]:
    found = account.client("s3").list_buckets()["Buckets"]
    return {each["Name"] for each in found if each["Name"].startswith(PREFIX.lower())}


def clean_all(account: Account) -> list[str]:
    return [each for name in found_runs(account) for each in clean(account, name, lambda _: None)]


def test_stacks_that_are_only_called_alike_are_left_alone(account: Account) -> None:
    for each in FOREIGN:
        make(account, each)
    make(account, "SnapbackProofdef456", tag="")
    make(account, f"{NAME}-Copy", tag="SnapbackProofdef456")
    assert clean_all(account) == []
    assert stacks(account) >= {*FOREIGN, "SnapbackProofdef456", f"{NAME}-Copy"}


def test_buckets_that_are_only_called_alike_are_left_alone(account: Account) -> None:
    make(account, NAME)
    for each in FOREIGN_BUCKETS:
        make_bucket(account, each)
    own = bucket(NAME, NUMBER, "us-east-1")
    make_bucket(account, own)
    assert clean_all(account) == []
    assert buckets(account) == set(FOREIGN_BUCKETS)
    assert stacks(account) == set()


def test_a_run_in_other_regions_is_found_by_its_buckets_and_removed_there(account: Account) -> None:
    make(account, NAME, "ap-southeast-2")
    make(account, f"{NAME}-Workload", "ap-southeast-2")
    make_bucket(account, bucket(NAME, NUMBER, "ap-southeast-2"), "ap-southeast-2")
    [run] = found_runs(account).values()
    assert {each.region for each in run.stacks} == {"ap-southeast-2"}
    assert clean_all(account) == []
    assert stacks(account, "ap-southeast-2") == set()
    assert buckets(account) == set()


def stuck(*names: str, error: Exception | None = None) -> Callable[..., str]:
    def removed(account: Account, name: str, *rest: object) -> str:
        if name not in names:
            return remove(account, name, *rest)  # type: ignore[arg-type]
        if error:
            raise error
        return "DELETE_FAILED"

    return removed


def open_experiment(account: Account, function: str) -> None:
    client = account.client("dynamodb")
    if TABLE in client.list_tables()["TableNames"]:
        client.delete_table(TableName=TABLE)
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    experiment = {"M": {"function_name": {"S": function}}}
    client.put_item(
        TableName=TABLE,
        Item={"pk": {"S": "experiment#1"}, "open": {"S": "yes"}, "experiment": experiment},
    )


@pytest.mark.parametrize("error", [None, TimeoutError("the removal: not within 1800 s")])
def test_clusters_are_removed_though_the_product_cannot_be(
    account: Account, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    monkeypatch.setattr(cleaning, "remove", stuck(NAME, error=error))
    for each in (NAME, f"{NAME}-Workload", f"{NAME}-msk"):
        make(account, each)
    make_bucket(account, bucket(NAME, NUMBER, "us-east-1"))
    left = clean(account, NAME, lambda _: None)
    assert stacks(account) == {NAME}
    assert left[0].startswith(f"stack {NAME} in us-east-1")
    assert any(each.startswith("bucket ") for each in left)
    assert buckets(account) != set()


def test_only_the_stack_that_an_open_experiment_needs_is_kept(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "remove", stuck(NAME))
    monkeypatch.setattr(cleaning, "_has_guard", lambda *_: True)
    for each in (NAME, f"{NAME}-Workload", f"{NAME}-msk"):
        make(account, each)
    open_experiment(account, f"{NAME}-Workload-Crowd12345678")
    left = clean(account, NAME, lambda _: None)
    assert stacks(account) == {NAME, f"{NAME}-Workload"}
    assert f"stack {NAME}-Workload in us-east-1: an open experiment needs it" in left


def test_nothing_is_kept_for_an_experiment_once_the_guard_is_gone(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "remove", stuck(NAME))
    for each in (NAME, f"{NAME}-Workload"):
        make(account, each)
    open_experiment(account, f"{NAME}-Workload-Crowd12345678")
    clean(account, NAME, lambda _: None)
    assert stacks(account) == {NAME}


def test_what_was_found_is_listed_and_asked_about(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(account, NAME)
    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert command.clean_up(account, agreed=False) == command.DECLINED
    shown = capsys.readouterr().out
    assert f"stack {NAME} in us-east-1 (CREATE_COMPLETE)" in shown
    assert "IT MAY BE IN PROGRESS: a stack of it was made 0 minutes ago" in shown
    assert stacks(account) == {NAME}
    assert command.clean_up(account, agreed=True) == 0
    assert stacks(account) == set()
    assert "nothing of any run is left in us-east-1, eu-west-1" in capsys.readouterr().out


def test_a_run_with_a_running_experiment_may_be_in_progress(account: Account) -> None:
    machines = account.client("stepfunctions")
    machine = machines.create_state_machine(
        name="m", roleArn=f"arn:aws:iam::{NUMBER}:role/r",
        definition='{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}',
    )["stateMachineArn"]  # fmt: skip
    template = json.dumps({
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"ExperimentStateMachineArn": {"Value": machine}},
    })  # fmt: skip
    account.client("cloudformation").create_stack(
        StackName=NAME, TemplateBody=template, Tags=[{"Key": TAG, "Value": NAME}]
    )
    machines.start_execution(stateMachineArn=machine, input="{}")
    assert "an experiment of it is running" in in_progress(account, found_runs(account)[NAME])
