"""All mappings are proved at once: every problem and every warning is named, each question asked once."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.model.effects import Answer, Call
from tests.fakes.answers import DENIED, ok
from tests.unit.proof_account import (
    KEY,
    LIMITS,
    QUEUE,
    STREAM,
    TABLE,
    UUID,
    Refusal,
    account,
    assert_refused,
    function,
    mapping,
    queue,
    refused,
    stream,
    validated,
)


@pytest.mark.parametrize(
    "case",
    [
        ({"FilterCriteriaError": {"ErrorCode": "x"}}, {}, {}, "filter criteria that cannot be read"),
        ({"KMSKeyArn": KEY, "FilterCriteriaError": {"ErrorCode": "x"}}, {}, {},
         f"grant kms:Decrypt on {KEY}"),
        ({"BatchSize": 0}, {}, {}, "its create request is not valid (Invalid value for parameter"),
    ],
)  # fmt: skip
def test_what_could_not_be_put_back_is_refused(case: Refusal) -> None:
    assert_refused(*case)


def test_a_healthy_account_has_neither_problem_nor_warning() -> None:
    assert validated(account())["warnings"] == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"State": "Pending"}, "is Pending; wait until it is Active"),
        ({"LastUpdateStatus": "InProgress"}, "is being updated; wait until its last update"),
    ],
)
def test_a_function_at_work_is_refused(changes: dict[str, Any], reason: str) -> None:
    found = ok(Configuration=function(**changes))
    [problem] = refused(account(GetFunction=found))
    assert problem.startswith(f"function_name: 'orders' {reason}")


@pytest.mark.parametrize("unknown", ["Future", "FilterCriteria.Filters[0].Mode"])
@pytest.mark.parametrize("event_uuids", ["all", [UUID]])
def test_settings_that_this_version_does_not_know_are_refused(
    unknown: str, event_uuids: Any
) -> None:
    listed = Answer(
        body={"EventSourceMappings": [mapping()]}, unknown=(f"EventSourceMappings[0].{unknown}",)
    )
    got = Answer(body=mapping(), unknown=(unknown,))
    answers = account(ListEventSourceMappings=listed, GetEventSourceMapping=got)
    [problem] = refused(answers, event_uuids=event_uuids)
    assert f"has settings that this version does not know ({unknown}); upgrade Snap" in problem


@pytest.mark.parametrize("event_uuids", ["all", [UUID]])
def test_members_without_a_value_that_this_version_does_not_know_are_warned_of(
    event_uuids: Any,
) -> None:
    path = "EventSourceMappings[0]."
    listed = Answer(body={"EventSourceMappings": [mapping()]}, unset=(f"{path}Future",))
    got = Answer(body=mapping(), unset=("Future",))
    answers = account(ListEventSourceMappings=listed, GetEventSourceMapping=got)
    [warning] = validated(answers, event_uuids=event_uuids)["warnings"]
    assert "settings that this version does not know, without a value (Future)" in warning


@pytest.mark.parametrize("event_uuids", ["all", [UUID]])
def test_a_key_without_any_filter_is_warned_of_and_not_refused(event_uuids: Any) -> None:
    enabled = ok(KeyMetadata={"KeyState": "Enabled"})
    answers = account(mapping(KMSKeyArn=KEY), DescribeKey=enabled)
    [warning] = validated(answers, event_uuids=event_uuids)["warnings"]
    assert f"Mapping {UUID} has a key for filter criteria, {KEY}" in warning


FILTERED: dict[str, Any] = {"KMSKeyArn": KEY, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}


@pytest.mark.parametrize(
    ("changes", "fault", "table_key", "warned"),
    [
        (FILTERED, "delete-mappings", "", True),
        (FILTERED, "delete-mappings", KEY, False),
        (FILTERED, "disable-mappings", "", False),
        ({"FilterCriteria": FILTERED["FilterCriteria"]}, "delete-mappings", "", False),
    ],
)
def test_encrypted_filters_in_a_table_without_a_key_of_one_s_own_are_warned_of(
    changes: dict[str, Any], fault: str, table_key: str, *, warned: bool
) -> None:
    enabled = ok(KeyMetadata={"KeyState": "Enabled"})
    limits = replace(LIMITS, table_key_arn=table_key)
    answers = account(mapping(**changes), DescribeKey=enabled)
    warnings = validated(answers, limits, fault=fault)["warnings"]
    assert any("with the setting table_key_arn" in each for each in warnings) is warned


def test_a_needed_read_that_is_denied_is_a_refusal() -> None:
    assert "cannot be listed" in refused(account(ListEventSourceMappings=DENIED))[0]
    assert "cannot be read" in refused(account(GetFunction=DENIED))[0]


def test_deleting_the_mapping_of_a_dynamodb_stream_recommends_to_disable_it() -> None:
    [warning] = validated(account(mapping(TABLE)))["warnings"]
    assert "the fault disable-mappings keeps its place" in warning
    assert (
        validated(account(mapping(TABLE)), fault="disable-mappings", total_chaos_duration=90)[
            "warnings"
        ]
        == []
    )


def test_all_problems_of_all_mappings_are_named_at_once() -> None:
    other = UUID.replace("1", "2")
    answers = account(
        mapping(),
        mapping(STREAM, UUID=other, MaximumRecordAgeInSeconds=60),
        GetQueueAttributes=queue(VisibilityTimeout="5", MessageRetentionPeriod="60"),
        DescribeStreamSummary=stream(status="DELETING"),
    )
    problems = refused(answers, total_chaos_duration=7200)
    assert [each.split()[1] for each in problems[:-1]] == [UUID, UUID, other]
    assert problems[-1].startswith("total_chaos_duration: 7200")


def test_what_mappings_share_is_asked_once() -> None:
    asked: list[Call] = []
    made = [mapping(UUID=f"{number}1111111-1111-4111-8111-111111111111") for number in range(5)]
    validated(account(*made), asked=asked)
    operations = [each.operation for each in asked]
    assert operations.count("GetFunction") == operations.count("GetQueueAttributes") == 1
    assert operations.count("SimulatePrincipalPolicy") == 3


@pytest.mark.parametrize(("number", "most"), [(1, 4), (10, 6), (100, 7)])
def test_the_requests_for_roles_and_owners_do_not_grow_with_the_mappings(
    number: int, most: int
) -> None:
    """At most four simulations, and a list of the stacks with the resources of each."""
    asked: list[Call] = []
    made = [mapping(f"{QUEUE}-{each}", UUID=f"u-{each}") for each in range(number)]
    stacks = [{"StackName": "shop", "StackId": "arn:shop", "StackStatus": "CREATE_COMPLETE"}]
    listed = ok(StackResourceSummaries=[{"PhysicalResourceId": "u-0"}])
    answers = account(
        *made,
        ListStacks=ok(StackSummaries=stacks),
        ListStackResources=listed,
        DescribeStacks=ok(Stacks=stacks),
    )
    validated(answers, asked=asked, allow_managed=True)
    services = [each.service for each in asked]
    assert services.count("iam") + services.count("cloudformation") <= most


def test_many_warnings_are_counted() -> None:
    made = [mapping(f"{QUEUE}-{number}", UUID=f"u-{number}") for number in range(80)]
    warnings = validated(account(*made, GetQueueUrl=DENIED))["warnings"]
    assert len(warnings) == 51
    assert warnings[-1] == "Warnings that are not shown: 30."


@pytest.mark.parametrize("fault", ["delete-mappings", "disable-mappings"])
def test_a_queue_of_someone_else_is_refused(fault: str) -> None:
    foreign = QUEUE.replace("queue", "foreign")
    expected = [{"type": "destination_received", "queue": foreign}]
    answers = account(mapping(STREAM), ListQueueTags=ok(Tags={}))
    [problem] = refused(answers, fault=fault, expect=expected)
    assert problem.startswith(f"expect[0].queue: {foreign!r}")
    opted_in = account(mapping(STREAM), ListQueueTags=ok(Tags={"snapback:allowed": "true"}))
    assert validated(opted_in, fault=fault, expect=expected)["targets"]
