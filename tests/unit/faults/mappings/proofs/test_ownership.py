"""A mapping of a CloudFormation stack is deleted only where that is allowed, and the stack at rest."""

from collections.abc import Mapping
from typing import Any

import pytest

from snapback.model.effects import Answer, Call
from tests.fakes.answers import DENIED, ok
from tests.unit.proof_account import (
    NO_STACK,
    QUEUE,
    UUID,
    Refusal,
    account,
    assert_refused,
    assert_warned_when_denied,
    mapping,
    refused,
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


UUIDS = [f"{number}1111111-1111-4111-8111-111111111111" for number in range(1, 7)]
MANY = [mapping(f"{QUEUE}-{uuid[0]}", UUID=uuid) for uuid in UUIDS]


def in_stacks(pages: Mapping[str, list[list[str]]], **changes: Any) -> dict[str, Any]:
    """An account with many mappings and these stacks, each with pages of physical ids."""

    def resources(params: Mapping[str, Any]) -> Answer:
        listed = pages[params["StackName"].removeprefix("arn:")]
        page = int(params.get("NextToken", 0))
        following = {"NextToken": str(page + 1)} if page + 1 < len(listed) else {}
        summaries = [{"PhysicalResourceId": each} for each in listed[page]]
        return ok(StackResourceSummaries=summaries, **following)

    def one(params: Mapping[str, Any]) -> Answer:
        owners = [
            {"StackName": name, "StackId": f"arn:{name}", "PhysicalResourceId": uuid}
            for name, listed in pages.items()
            for page in listed
            for uuid in page
        ]
        owned = params["PhysicalResourceId"] in [each["PhysicalResourceId"] for each in owners]
        return ok(StackResources=owners) if owned else NO_STACK

    stacks = [summary(name) for name in pages]
    return account(*MANY) | {
        "ListStacks": ok(StackSummaries=stacks),
        "ListStackResources": resources,
        "DescribeStackResources": one,
        "DescribeStacks": ok(Stacks=[{"StackName": "any", "StackStatus": "CREATE_COMPLETE"}]),
        **changes,
    }


def summary(name: str, status: str = "CREATE_COMPLETE") -> dict[str, str]:
    return {"StackName": name, "StackId": f"arn:{name}", "StackStatus": status}


DELETED = [summary("old", "DELETE_COMPLETE"), summary("shop")]
CROWD = [summary("shop"), *(summary(f"other-{number}") for number in range(9))]


@pytest.mark.parametrize(
    ("changes", "one_by_one"),
    [
        ({}, False),
        ({"ListStacks": ok(StackSummaries=DELETED)}, False),
        ({"ListStacks": ok(StackSummaries=CROWD)}, True),
        ({"ListStacks": ok(StackSummaries=[summary("shop")], NextToken="more")}, True),
        ({"ListStacks": DENIED}, True),
        ({"ListStackResources": DENIED}, True),
    ],
    ids=["one stack", "a deleted one", "more stacks than mappings", "pages", "denied", "unread"],
)  # fmt: skip
def test_the_owners_of_many_mappings_are_found_either_way(
    changes: dict[str, Any], *, one_by_one: bool
) -> None:
    asked: list[Call] = []
    pages = {"shop": [["queue", UUIDS[4]], [UUIDS[1]]]}
    problems = refused(in_stacks(pages, **changes), asked=asked)
    assert [each.split()[1] for each in problems] == [UUIDS[1], UUIDS[4]]
    assert all("belongs to CloudFormation stack shop" in each for each in problems)
    single = [each for each in asked if each.operation == "DescribeStackResources"]
    assert len(single) == (len(UUIDS) if one_by_one else 0)


def test_a_stack_that_goes_meanwhile_owns_nothing() -> None:
    answers = in_stacks({"shop": [[]]}, ListStackResources=NO_STACK)
    assert validated(answers)["warnings"] == []


def test_nobody_can_be_asked_for_the_owners_of_many() -> None:
    answers = in_stacks({}, ListStacks=DENIED, DescribeStackResources=DENIED)
    assert (
        "CloudFormation could not be asked who owns the mappings (AccessDenied"
        in (validated(answers)["warnings"][0])
    )
