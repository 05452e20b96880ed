"""A mapping of a CloudFormation stack is deleted only where that is allowed, and the stack at rest."""

import pytest

from snapback.model.effects import Answer
from tests.fakes.answers import ok
from tests.unit.proof_account import (
    QUEUE,
    UUID,
    Refusal,
    account,
    assert_refused,
    assert_warned_when_denied,
    validated,
)


def stack(status: str = "CREATE_COMPLETE") -> dict[str, Answer]:
    """A stack that owns the mapping."""
    owner = {"StackName": "shop", "StackId": "arn:shop", "PhysicalResourceId": UUID}
    return {
        "DescribeStackResources": ok(StackResources=[owner]),
        "DescribeStacks": ok(Stacks=[{"StackName": "shop", "StackStatus": status}]),
    }


@pytest.mark.parametrize(
    "case",
    [
        ({}, stack(), {}, "belongs to CloudFormation stack shop, which would lose it"),
        ({}, stack("UPDATE_IN_PROGRESS"), {"allow_managed": True}, "which is UPDATE_IN_PROGRESS"),
        ({}, stack("UPDATE_IN_PROGRESS"), {"fault": "disable-mappings"}, "is UPDATE_IN_PROGRESS"),
    ],
)  # fmt: skip
def test_a_mapping_of_a_stack_is_refused(case: Refusal) -> None:
    assert_refused(*case)


def test_an_owner_that_may_not_be_asked_for_is_a_warning() -> None:
    sentence = "CloudFormation could not be asked who owns"
    assert_warned_when_denied(QUEUE, "DescribeStackResources", sentence)


def test_an_allowed_delete_of_a_managed_mapping_is_warned_of() -> None:
    [warning] = validated(account(**stack()), allow_managed=True)["warnings"]
    assert f"CloudFormation stack shop loses mapping {UUID}" in warning


def test_disabling_a_managed_mapping_needs_no_permission() -> None:
    assert (
        validated(account(**stack()), fault="disable-mappings", total_chaos_duration=90)["warnings"]
        == []
    )
