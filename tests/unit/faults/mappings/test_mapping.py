from copy import deepcopy
from typing import Any

import pytest

from snapback.faults.mappings.mapping import (
    POSITION,
    canonical,
    create_request,
    differences,
    key_of,
    pruned,
    satisfies,
)
from snapback.workload.functions import unqualified
from snapback.workload.sources import kind_of
from tests.unit.samples import CONFIGS, FUNCTION, REQUESTS, UUID

RETRIES = ["MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError"]
every_source = pytest.mark.parametrize("source", CONFIGS)


@every_source
def test_a_recorded_mapping_becomes_exactly_this_request(source: str) -> None:
    assert create_request(CONFIGS[source], {}) == REQUESTS[source]


@pytest.mark.parametrize(
    ("source", "recorded", "left_out"),
    [
        ("sqs", {"FilterCriteria": {"Filters": []}}, []),
        ("kinesis", {"StateTransitionReason": "User action"}, []),
        ("kinesis", {"LastProcessingResult": "No records processed"}, []),
        ("dynamodb", {"FilterCriteria": {}, "DestinationConfig": {"OnFailure": {}}}, []),
        ("self-managed-kafka", {}, RETRIES),
        ("msk", {}, RETRIES),
    ],
    ids=str,
)
def test_what_aws_was_recorded_to_answer_beside_it_changes_no_request(
    source: str, recorded: dict[str, Any], left_out: list[str]
) -> None:
    """An empty filter is accepted and reads back absent; Kafka's retries read back since 2026."""
    config = {k: v for k, v in (CONFIGS[source] | recorded).items() if k not in left_out}
    assert create_request(config, {}) == REQUESTS[source]
    assert satisfies(config, REQUESTS[source])


@pytest.mark.parametrize("source", ["sqs", "kinesis", "dynamodb"])
def test_what_was_never_set_does_not_differ_from_what_reads_back_empty(source: str) -> None:
    empty = {"FilterCriteria": {"Filters": []}, "FunctionResponseTypes": [], "MetricsConfig": {}}
    assert differences(CONFIGS[source], CONFIGS[source] | empty) == {}


@every_source
def test_a_request_leaves_the_configuration_as_it_was(source: str) -> None:
    before = deepcopy(CONFIGS[source])
    create_request(CONFIGS[source], {})
    assert CONFIGS[source] == before


@every_source
def test_a_mapping_satisfies_its_own_request(source: str) -> None:
    assert satisfies(CONFIGS[source], REQUESTS[source])


@pytest.mark.parametrize(("name", "kind"), [(n, "sqs" if n == "fifo" else n) for n in CONFIGS])
def test_the_source_is_known_by_its_arn(name: str, kind: str) -> None:
    assert kind_of(CONFIGS[name]) == kind


@pytest.mark.parametrize("qualifier", ["", ":$LATEST", ":1", ":live"])
def test_the_qualifier_is_kept(qualifier: str) -> None:
    config = CONFIGS["sqs"] | {"FunctionArn": FUNCTION + qualifier}
    assert create_request(config, {})["FunctionName"] == FUNCTION + qualifier
    assert unqualified(FUNCTION + qualifier) == FUNCTION


@pytest.mark.parametrize(("state", "enabled"), [("Enabled", True), ("Disabled", False)])
def test_a_mapping_comes_back_in_the_state_it_was_in(state: str, *, enabled: bool) -> None:
    assert create_request(CONFIGS["sqs"] | {"State": state}, {})["Enabled"] is enabled


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ({}, None),
        ({"team": "a"}, {"team": "a"}),
        ({"team": "a", "aws:cloudformation:stack-name": "b", "AWS:x": "c"}, {"team": "a"}),
        ({"aws:x": "c"}, None),
        ({"awsome": ""}, {"awsome": ""}),
    ],
)
def test_tags_are_kept_but_for_those_of_aws(tags: dict[str, str], kept: Any) -> None:
    assert create_request(CONFIGS["sqs"], tags).get("Tags") == kept


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 0, "b": False, "c": -1}, {"a": 0, "b": False, "c": -1}),
        ({"a": None, "b": "", "c": [], "d": {}}, {}),
        ({"OnFailure": {}}, {}),
        ({"a": {"b": {"c": {}}}, "d": 1}, {"d": 1}),
        ({"a": [{"b": None, "c": 0}]}, {"a": [{"c": 0}]}),
    ],
)
def test_only_what_stands_for_unset_is_pruned(value: Any, expected: Any) -> None:
    assert pruned(value) == expected


@every_source
@pytest.mark.parametrize("name", ["FutureConfig", "FutureKnob"])
def test_a_setting_that_aws_adds_is_kept(source: str, name: str) -> None:
    assert create_request(CONFIGS[source] | {name: {"Knob": 3}}, {})[name] == {"Knob": 3}


@pytest.mark.parametrize("source", ["sqs", "fifo", "mq"])
@pytest.mark.parametrize("name", ["StartingPosition", "DestinationConfig", "ParallelizationFactor"])
def test_what_create_refuses_for_a_queue_is_left_out(source: str, name: str) -> None:
    assert name not in create_request(CONFIGS[source] | {name: "echoed"}, {})


def test_a_timestamp_is_kept_only_with_its_position() -> None:
    timestamp = {"StartingPositionTimestamp": 1_700_000_000}
    at = CONFIGS["kinesis"] | timestamp | {"StartingPosition": "AT_TIMESTAMP"}
    assert create_request(at, {})["StartingPositionTimestamp"] == 1_700_000_000
    assert "StartingPositionTimestamp" not in create_request(CONFIGS["kinesis"] | timestamp, {})


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("msk", "AmazonManagedKafkaEventSourceConfig"),
        ("self-managed-kafka", "SelfManagedKafkaEventSourceConfig"),
    ],
)
def test_the_consumer_group_is_kept_and_is_the_old_uuid_by_default(source: str, name: str) -> None:
    chosen = CONFIGS[source] | {name: {"ConsumerGroupId": "mine"}}
    unnamed = {k: v for k, v in CONFIGS[source].items() if k != name}
    assert create_request(chosen, {})[name] == {"ConsumerGroupId": "mine"}
    assert create_request(unnamed, {})[name] == {"ConsumerGroupId": UUID}


def test_retry_settings_of_a_kafka_mapping_are_kept_with_provisioned_pollers() -> None:
    provisioned = CONFIGS["msk"] | {"ProvisionedPollerConfig": {"MinimumPollers": 1}}
    assert create_request(provisioned, {})["MaximumRetryAttempts"] == -1
    chosen = CONFIGS["msk"] | {"MaximumRetryAttempts": 3}
    assert create_request(chosen, {})["MaximumRetryAttempts"] == 3


def test_a_share_group_of_kafka_gets_no_position_no_window_and_no_endless_retries() -> None:
    name = "SelfManagedKafkaEventSourceConfig"
    queue = {"ConsumerGroupId": "mine", "ConsumptionMode": "Queue"}
    echoed = {"StartingPositionTimestamp": 9, "MaximumBatchingWindowInSeconds": 0}
    provisioned = {"ProvisionedPollerConfig": {"MinimumPollers": 1}}
    config = CONFIGS["self-managed-kafka"] | {name: queue} | echoed | provisioned
    request = create_request(config, {})
    assert request[name] == queue
    assert request["ProvisionedPollerConfig"] == {"MinimumPollers": 1}
    refused = {*POSITION, "MaximumBatchingWindowInSeconds", *RETRIES}
    assert set(request) & refused == set()
    assert create_request(config | {"MaximumRetryAttempts": 3}, {})["MaximumRetryAttempts"] == 3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["b:9092", "a:9092"], ["a:9092", "b:9092"]),
        ([{"Pattern": "x"}, {"Pattern": "y"}], [{"Pattern": "y"}, {"Pattern": "x"}]),
        ([{"Type": "A", "URI": "u"}], [{"URI": "u", "Type": "A"}]),
    ],
)
def test_the_order_of_a_list_means_nothing(before: Any, after: Any) -> None:
    assert canonical({"it": before}) == canonical({"it": after})


def test_how_often_something_is_listed_does_mean_something() -> None:
    assert canonical(["a", "a"]) != canonical(["a"])


@pytest.mark.parametrize(
    "changes",
    [
        {"BatchSize": 101},
        {"State": "Disabled"},
        {"FunctionArn": FUNCTION + ":live"},
        {"StartingPosition": "TRIM_HORIZON"},
        {"MaximumRetryAttempts": 0},
        {"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
        {"DestinationConfig": {"OnFailure": {"Destination": "somewhere"}}},
    ],
    ids=str,
)
def test_a_mapping_that_differs_in_one_setting_does_not_satisfy(changes: dict[str, Any]) -> None:
    assert not satisfies(CONFIGS["kinesis"] | changes, REQUESTS["kinesis"])


@pytest.mark.parametrize("state", ["Creating", "Enabling", "Updating"])
def test_a_mapping_in_transition_is_judged_by_its_settings_alone(state: str) -> None:
    assert satisfies(CONFIGS["sqs"] | {"State": state}, REQUESTS["sqs"])
    changed = CONFIGS["sqs"] | {"State": state, "BatchSize": 9}
    assert not satisfies(changed, REQUESTS["sqs"])


def test_a_key_is_source_function_and_topic_or_queue() -> None:
    keys = {key_of(config) for config in CONFIGS.values()}
    assert len(keys) == len(CONFIGS)
    assert key_of(CONFIGS["sqs"]) == f"{CONFIGS['sqs']['EventSourceArn']}|{FUNCTION}"
    assert key_of(CONFIGS["mq"]).endswith(f"|{FUNCTION}|orders")
    assert key_of(CONFIGS["self-managed-kafka"]) == f"a:9092,b:9092|{FUNCTION}|orders"


def test_brokers_in_another_order_are_the_same_source() -> None:
    endpoints = {"KAFKA_BOOTSTRAP_SERVERS": ["a:9092", "b:9092"]}
    reordered = CONFIGS["self-managed-kafka"] | {"SelfManagedEventSource": {"Endpoints": endpoints}}
    assert key_of(reordered) == key_of(CONFIGS["self-managed-kafka"])


@pytest.mark.parametrize(
    "changes", [{"FunctionArn": FUNCTION + ":live"}, {"Topics": ["others"]}], ids=str
)
def test_another_qualifier_or_topic_is_another_key(changes: dict[str, Any]) -> None:
    assert key_of(CONFIGS["msk"] | changes) != key_of(CONFIGS["msk"])


def test_differences_name_each_setting_before_and_after() -> None:
    before = {"BatchSize": 5, "Same": 1, "Gone": "x", "Unset": {}, "List": [1, 2]}
    after = {"BatchSize": 6, "Same": 1, "New": 0, "List": [2, 1]}
    assert differences(before, after) == {
        "BatchSize": {"before": 5, "after": 6},
        "Gone": {"before": "x", "after": None},
        "New": {"before": None, "after": 0},
    }
    assert differences(before, after, leaving_out=["BatchSize", "Gone", "New"]) == {}


def test_a_kafka_mapping_is_known_again_whatever_is_answered_of_its_position() -> None:
    """Nobody has seen whether a timestamp comes back as it was sent; its group's offsets decide."""
    request = REQUESTS["msk"] | {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 9}
    assert satisfies(CONFIGS["msk"] | {"StartingPosition": "AT_TIMESTAMP"}, request)
    assert not satisfies(CONFIGS["msk"] | {"BatchSize": 7}, request)
