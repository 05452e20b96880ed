"""A stream's mapping that is behind has less time left, and may find its duplicates too old."""

from typing import Any

import pytest

from snapback.model.effects import Call
from tests.unit.proof_account import (
    DOCUMENTS,
    FUNCTION,
    NOW,
    QUEUE,
    STREAM,
    TABLE,
    account,
    aged,
    mapping,
    measured,
    refused,
    stream,
    validated,
)

OUTAGE = 331
"""Thirty seconds, one change, and five minutes until a new mapping reads."""

NO_DATA = measured()
LETTERS = {"DestinationConfig": {"OnFailure": {"Destination": QUEUE}}}


def warnings(config: dict[str, Any], age: Any, **request: Any) -> list[str]:
    """The warnings for one mapping of a stream that keeps records for a day."""
    found: list[str] = validated(account(config, GetMetricData=age), **request)["warnings"]
    return [each for each in found if "disable-mappings keeps its place" not in each]


@pytest.mark.parametrize(
    ("age", "fits"), [(0, True), (3600 - OUTAGE - 1, True), (3600 - OUTAGE, False)]
)
def test_the_age_is_added_to_the_outage(age: int, *, fits: bool) -> None:
    made = mapping(STREAM, MaximumRecordAgeInSeconds=3600)
    answers = account(made, GetMetricData=aged(age * 1000))
    if fits:
        validated(answers)
        return
    [problem] = refused(answers)
    assert f"that nothing may read it and the {age} that its function may be behind" in problem
    assert "wait until it has caught up or raise MaximumRecordAgeInSeconds" in problem


@pytest.mark.parametrize(("age", "fits"), [(86_400 - OUTAGE - 1, True), (86_400 - OUTAGE, False)])
@pytest.mark.parametrize("source", [STREAM, TABLE])
def test_retention_is_what_is_left_of_it(source: str, age: int, *, fits: bool) -> None:
    answers = account(mapping(source), GetMetricData=aged(age * 1000))
    if fits:
        validated(answers)
    else:
        assert "keeps records for 86400 seconds" in refused(answers)[0]


def test_a_change_stream_has_less_left_too() -> None:
    answers = account(mapping(DOCUMENTS), GetMetricData=aged(3 * 3600 * 1000))
    assert "keeps records for 10800 seconds" in refused(answers)[0]


@pytest.mark.parametrize("source", [STREAM, TABLE, DOCUMENTS])
def test_an_age_that_nobody_knows_is_a_warning(source: str) -> None:
    found = warnings(mapping(source), NO_DATA)
    assert [each for each in found if f"How far {FUNCTION} is behind {source} is not known" in each]


OTHER = "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize("source", [STREAM, TABLE, DOCUMENTS])
@pytest.mark.parametrize("fault", ["delete-mappings", "disable-mappings"])
def test_an_age_that_may_be_that_of_another_mapping_is_a_warning(source: str, fault: str) -> None:
    beside = mapping(STREAM + "-2", UUID=OTHER, FunctionArn=FUNCTION + ":live")
    made = mapping(source)
    answers = account(made, beside, GetMetricData=aged(200))
    found: list[str] = validated(answers, event_uuids=[made["UUID"]], fault=fault)["warnings"]
    said = f"is not known: mapping {OTHER} shares its function's only iterator age"
    assert [each for each in found if said in each]


def test_the_age_of_a_disabled_mapping_is_a_warning() -> None:
    found = warnings(mapping(STREAM, State="Disabled"), aged(200))
    assert [each for each in found if "is Disabled. If it is behind" in each]


def test_duplicates_of_a_whole_stream_may_be_too_old() -> None:
    beside = mapping(TABLE, UUID=OTHER)
    made = mapping(STREAM, MaximumRecordAgeInSeconds=3600)
    answers = account(made, beside, GetMetricData=aged(0))
    found: list[str] = validated(answers, event_uuids=[made["UUID"]])["warnings"]
    assert [each for each in found if "3600 seconds by then" in each]


def test_a_queue_has_no_age() -> None:
    asked: list[Call] = []
    validated(account(), asked=asked)
    assert "GetMetricData" not in [each.operation for each in asked]


@pytest.mark.parametrize(("limit", "told"), [(631, True), (632, False)])
def test_duplicates_that_are_too_old_by_then_are_warned_of(limit: int, *, told: bool) -> None:
    """The new mapping starts five minutes before the capture, and reads 331 seconds after it."""
    found = warnings(mapping(STREAM, MaximumRecordAgeInSeconds=limit), aged(0))
    assert bool(found) is told
    if told:
        assert f"older than {limit} seconds by then (MaximumRecordAgeInSeconds)" in found[0]
        assert "Lambda drops them." in found[0]


def test_the_warning_names_where_they_go() -> None:
    made = mapping(STREAM, MaximumRecordAgeInSeconds=400, **LETTERS)
    [warning] = warnings(made, aged(0))
    assert f"Lambda sends them to {QUEUE} as RecordAgeExceeded." in warning


@pytest.mark.parametrize("source", [TABLE, STREAM])
def test_a_start_at_the_oldest_record_is_always_warned_of(source: str) -> None:
    limited = mapping(source, MaximumRecordAgeInSeconds=3600, StartingPosition="TRIM_HORIZON")
    age = aged(0) if source == TABLE else NO_DATA
    assert [each for each in warnings(limited, age) if "3600 seconds by then" in each]


@pytest.mark.parametrize(
    ("changes", "request_"),
    [
        ({}, {}),
        ({"MaximumRecordAgeInSeconds": -1}, {}),
        ({"MaximumRecordAgeInSeconds": 400}, {"fault": "disable-mappings"}),
        ({"MaximumRecordAgeInSeconds": 400}, {"resume": "original"}),
        ({"MaximumRecordAgeInSeconds": 400, "LastProcessingResult": "No records processed",
          "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": NOW}, {}),
    ],
)  # fmt: skip
def test_where_nothing_can_be_too_old_there_is_no_warning(
    changes: dict[str, Any], request_: dict[str, Any]
) -> None:
    assert warnings(mapping(STREAM, **changes), aged(0), **request_) == []


def test_a_stream_that_keeps_records_longer_has_more_left() -> None:
    made = mapping(STREAM)
    week = stream(hours=168)
    validated(account(made, GetMetricData=aged(86_400_000), DescribeStreamSummary=week))
