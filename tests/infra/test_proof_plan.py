"""The plan of the kit that proves Snapback, made from the synthesised stacks."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from prove import __main__ as command
from tests.infra.conftest import Synth

NUMBER = "123456789012"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr("prove.preparing.unreserved", lambda _: 1000)  # moto does not know it
    with mock_aws():
        yield


@pytest.mark.usefixtures("account")
def test_the_plan_is_shown_and_who_does_not_say_yes_creates_nothing(
    synth: Synth, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("prove.assembly.synth", synth)
    monkeypatch.setattr("builtins.input", lambda _: "no")
    monkeypatch.setattr("sys.argv", ["prove"])
    assert command.main() == command.DECLINED
    shown = capsys.readouterr().out
    assert "in account XXXXXXXXXXXX, us-east-1 and eu-west-1" in shown
    assert "AWS::Lambda::Function" in shown
    assert "It takes about" in shown
    assert '"Version": "2012-10-17"' in shown
    for secret in (NUMBER, "AKIDEXAMPLE", "secret-of-the-test"):
        assert secret not in shown
    assert boto3.client("s3").list_buckets()["Buckets"] == []
