"""The account: its number is masked, its calls are remembered, its credentials are never printed."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from prove.account import MASK, Account, NoRegion

NUMBER = "123456789012"


@pytest.fixture
def account() -> Account:
    session = boto3.Session("AKIDEXAMPLE", "secret-of-the-test", region_name="us-east-1")
    return Account(session, NUMBER, "us-east-1", "eu-west-1")


def test_the_number_is_masked_in_arns_urls_and_bucket_names(account: Account) -> None:
    text = (
        f"arn:aws:sqs:eu-west-1:{NUMBER}:q https://sqs/{NUMBER}/q bucket-{NUMBER}-eu-west-1 "
        "arn:aws:iam::999999999999:role/other"
    )
    masked = account.masked(text)
    assert NUMBER not in masked
    assert "999999999999" not in masked
    assert masked.count(MASK) == 4


def test_other_numbers_stay(account: Account) -> None:
    assert account.masked("at 1795285158 for 42 s") == "at 1795285158 for 42 s"


@mock_aws
def test_every_operation_is_remembered(account: Account) -> None:
    account.client("sqs").create_queue(QueueName="q")
    account.client("sqs", "eu-west-1").list_queues()
    assert account.calls == {("sqs", "CreateQueue"), ("sqs", "ListQueues")}


@mock_aws
def test_the_second_region_differs_from_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-test")
    for region, other in (("us-east-1", "eu-west-1"), ("eu-west-1", "eu-central-1")):
        found = Account.of_profile(None, region, None)
        assert (found.region, found.other_region) == (region, other)
    assert Account.of_profile(None, "us-east-1", "us-west-2").other_region == "us-west-2"


def test_without_a_region_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    with pytest.raises(NoRegion, match="--region"):
        Account.of_profile(None, None, None)


def test_credentials_are_in_no_representation(account: Account) -> None:
    account.client("sqs")
    assert "secret-of-the-test" not in repr(account)
    assert "AKIDEXAMPLE" not in repr(account)
