"""What a run made is found by name and by tag, and removed; what it did not make stays."""

from __future__ import annotations

import json

import pytest

import lab as snapback_lab
from prove.account import Account
from prove.cleaning import clean
from prove.finding import found_runs
from prove.names import TAG, run_of_stack

NAME, OTHER = "SnapbackProofabc123", "SnapbackProofdef456"
TEMPLATE = json.dumps({
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"Tags": [{"Key": TAG, "Value": NAME}]}}}
})  # fmt: skip


@pytest.fixture
def account(lab: snapback_lab.Lab) -> Account:
    return Account.of_lab(lab)


def stacks(account: Account, region: str = "") -> list[str]:
    found = account.client("cloudformation", region).describe_stacks()["Stacks"]
    return [each["StackName"] for each in found if each["StackStatus"] != "DELETE_COMPLETE"]


def make(account: Account, name: str, region: str = "") -> None:
    account.client("cloudformation", region).create_stack(
        StackName=name,
        TemplateBody=TEMPLATE,
        Tags=[{"Key": TAG, "Value": run_of_stack(name) or "of somebody else"}],
    )


def test_a_run_is_found_by_its_stacks_and_its_buckets_in_either_region(account: Account) -> None:
    assert not found_runs(account).keys() & {NAME, OTHER}
    make(account, f"{OTHER}-Other", "eu-west-1")
    account.client("s3").create_bucket(Bucket=f"{NAME.lower()}-{account.account_id}-us-east-1")
    assert found_runs(account).keys() >= {NAME, OTHER}
    for name in (NAME, OTHER):
        assert clean(account, name, lambda _: None) == []
    assert not found_runs(account).keys() & {NAME, OTHER}


def test_everything_of_a_run_is_removed_and_nothing_else(account: Account) -> None:
    kept = ("NoneOfOurs", OTHER)
    for name in (NAME, f"{NAME}-Workload", *kept):
        make(account, name)
    make(account, f"{NAME}-Other", "eu-west-1")
    s3 = account.client("s3")
    for name in (f"{NAME.lower()}-{account.account_id}-us-east-1", "another"):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        for body in (b"1", b"2"):
            s3.put_object(Bucket=name, Key="key", Body=body)
    logs = account.client("logs")
    for name in (NAME, "NoneOfOurs"):
        logs.create_log_group(logGroupName=f"/aws/lambda/{name}-Function")

    assert clean(account, NAME, lambda _: None) == []

    assert not [each for each in stacks(account) if each.startswith(NAME)]
    assert set(kept) <= set(stacks(account))
    assert not [each for each in stacks(account, "eu-west-1") if each.startswith(NAME)]
    buckets = [each["Name"] for each in s3.list_buckets()["Buckets"]]
    assert "another" in buckets
    assert not [each for each in buckets if each.startswith(NAME.lower())]
    groups = [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]
    assert "/aws/lambda/NoneOfOurs-Function" in groups
    assert f"/aws/lambda/{NAME}-Function" not in groups
    assert clean(account, OTHER, lambda _: None) == []


def test_cleaning_twice_is_fine(account: Account) -> None:
    make(account, NAME)
    assert clean(account, NAME, lambda _: None) == []
    assert clean(account, NAME, lambda _: None) == []
