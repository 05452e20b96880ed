"""Runs are found by the tag of what they left, in both Regions."""

from __future__ import annotations

from moto import mock_aws

from prove.finding import tagged
from prove.names import PREFIX, TAG, fresh
from tests.unit.prove.worlds import world


@mock_aws
def test_a_run_is_found_by_its_tag_in_either_region() -> None:
    account = world().account
    tag = {"Key": TAG, "Value": "SnapbackProofabc123"}
    account.client("sns").create_topic(Name="one", Tags=[tag])
    account.client("sqs", "eu-west-1").create_queue(
        QueueName="two", tags={TAG: "SnapbackProofdef456", "other": "SnapbackProofnone"}
    )
    account.client("sqs").create_queue(QueueName="three", tags={TAG: "SnapbackProofing"})
    assert list(tagged(account, "us-east-1")) == ["SnapbackProofabc123"]
    assert list(tagged(account, "eu-west-1")) == ["SnapbackProofdef456"]


def test_a_runs_name_is_a_stacks_name_and_each_is_new() -> None:
    names = {fresh() for _ in range(50)}
    assert len(names) == 50
    assert all(name.startswith(PREFIX) and name.isalnum() and len(name) <= 20 for name in names)
