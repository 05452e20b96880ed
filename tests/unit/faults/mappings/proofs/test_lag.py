"""A stream's mapping that is behind already has less time left."""

import pytest

from snapback.model.effects import Call
from tests.unit.proof_account import (
    DOCUMENTS,
    FUNCTION,
    OTHER_UUID,
    STREAM,
    TABLE,
    Refusal,
    account,
    aged,
    assert_refused,
    assert_warned_when_denied,
    mapping,
    measured,
    refused,
    stream,
    validated,
    warnings,
)

OUTAGE = 331
"""Thirty seconds, one change, and five minutes until a new mapping reads."""


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
    found = warnings(mapping(source), measured())
    assert [each for each in found if f"How far {FUNCTION} is behind {source} is not known" in each]


@pytest.mark.parametrize("source", [STREAM, TABLE, DOCUMENTS])
@pytest.mark.parametrize("fault", ["delete-mappings", "disable-mappings"])
def test_an_age_that_may_be_that_of_another_mapping_is_a_warning(source: str, fault: str) -> None:
    beside = mapping(STREAM + "-2", UUID=OTHER_UUID, FunctionArn=FUNCTION + ":live")
    made = mapping(source)
    answers = account(made, beside, GetMetricData=aged(200))
    found: list[str] = validated(answers, event_uuids=[made["UUID"]], fault=fault)["warnings"]
    said = f"is not known: mapping {OTHER_UUID} shares its function's only iterator age"
    assert [each for each in found if said in each]


def test_the_age_of_a_disabled_mapping_is_a_warning() -> None:
    found = warnings(mapping(STREAM, State="Disabled"), aged(200))
    assert [each for each in found if "is Disabled. If it is behind" in each]


def test_the_age_of_a_mapping_whose_batch_may_fail_in_part_is_a_warning() -> None:
    found = warnings(mapping(STREAM, FunctionResponseTypes=["ReportBatchItemFailures"]), aged(200))
    assert [each for each in found if "reports failed items one by one" in each]


def test_a_queue_has_no_age() -> None:
    asked: list[Call] = []
    validated(account(), asked=asked)
    assert "GetMetricData" not in [each.operation for each in asked]


def test_a_stream_that_keeps_records_longer_has_more_left() -> None:
    made = mapping(STREAM)
    week = stream(hours=168)
    validated(account(made, GetMetricData=aged(86_400_000), DescribeStreamSummary=week))


@pytest.mark.parametrize(
    "case",
    [
        ({"EventSourceArn": STREAM, "MaximumRecordAgeInSeconds": 3600},
         {"GetMetricData": aged(3_300_000, 100)}, {},
         "less than the 331 that nothing may read it and the 3300 that its function may be behind"),
        ({"EventSourceArn": STREAM}, {"GetMetricData": aged(85_401_000, before=800)}, {},
         "keeps records for 86400 seconds, less than the 331 that nothing may read it and the 86201"),
        ({"EventSourceArn": TABLE}, {"GetMetricData": aged(86_300_000)}, {},
         "shorten total_chaos_duration, wait until it has caught up"),
    ],
)  # fmt: skip
def test_a_stream_that_is_too_far_behind_is_refused(case: Refusal) -> None:
    assert_refused(*case)


def test_an_age_that_may_not_be_read_is_a_warning() -> None:
    sentence = f"How far {FUNCTION} is behind {STREAM} could not be checked"
    assert_warned_when_denied(STREAM, "GetMetricData", sentence)
