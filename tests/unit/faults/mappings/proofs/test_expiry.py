"""What is read again and will be too old by then is told beforehand."""

from typing import Any

import pytest

from snapback.faults.mappings.delete.act import look, snapshot
from snapback.faults.mappings.start_position import NO_PROGRESS
from snapback.model.effects import Answer, Document
from snapback.model.experiment import Experiment
from snapback.model.timings import Timings
from snapback.protocol.contract import Captured, Terms
from tests.fakes.answers import Answers, answer
from tests.unit.faults.mappings.targets import unread
from tests.unit.proof_account import (
    NOW,
    OTHER_UUID,
    QUEUE,
    STREAM,
    TABLE,
    account,
    aged,
    mapping,
    measured,
    validated,
    warnings,
)

OUTAGE = 331
"""Thirty seconds, one change, and five minutes until a new mapping reads."""

LETTERS = {"DestinationConfig": {"OnFailure": {"Destination": QUEUE}}}


def test_duplicates_of_a_whole_stream_may_be_too_old() -> None:
    beside = mapping(TABLE, UUID=OTHER_UUID)
    made = mapping(STREAM, MaximumRecordAgeInSeconds=3600)
    answers = account(made, beside, GetMetricData=aged(0))
    found: list[str] = validated(answers, event_uuids=[made["UUID"]])["warnings"]
    assert [each for each in found if "3600 seconds by then" in each]


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
    age = aged(0) if source == TABLE else measured()
    assert [each for each in warnings(limited, age) if "3600 seconds by then" in each]


@pytest.mark.parametrize(
    ("changes", "request_"),
    [
        ({}, {}),
        ({"MaximumRecordAgeInSeconds": -1}, {}),
        ({"MaximumRecordAgeInSeconds": 700},
         {"fault": "disable-mappings", "total_chaos_duration": 90}),
        ({"MaximumRecordAgeInSeconds": 400}, {"resume": "original"}),
        ({"MaximumRecordAgeInSeconds": 400, "LastProcessingResult": "No records processed",
          "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": NOW}, {}),
    ],
)  # fmt: skip
def test_where_nothing_can_be_too_old_there_is_no_warning(
    changes: dict[str, Any], request_: dict[str, Any]
) -> None:
    assert warnings(mapping(STREAM, **changes), aged(0), **request_) == []


def captured_start(config: Document, answers: Answers, resume: str) -> Document:
    """Where the request of a capture at this moment starts."""
    experiment = Experiment(function_name="orders", own={"event_uuids": "all", "resume": resume})
    target = unread(config)
    view = answer(look([target]), answers)
    found = answer(snapshot(target, Terms(experiment, Timings(), NOW), view), answers)
    assert isinstance(found, Captured)
    return found.undo


OWN = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": NOW - 5000}


@pytest.mark.parametrize(
    ("changes", "age", "resume"),
    [
        ({}, aged(0), "lossless"),
        ({}, aged(60_000, before=120), "lossless"),
        ({"MaximumBatchingWindowInSeconds": 120}, aged(60_000), "lossless"),
        ({"LastProcessingResult": NO_PROGRESS, "LastModified": NOW - 1000}, aged(0), "lossless"),
        ({**OWN, "LastModified": NOW - 100}, aged(0), "lossless"),
        ({**OWN, "State": "Disabled"}, aged(0), "lossless"),
        (OWN, measured(), "lossless"),
        (OWN, aged(0), "original"),
    ],
)
def test_the_start_that_is_warned_of_is_the_one_that_a_capture_takes(
    changes: dict[str, Any], age: Answer, resume: str
) -> None:
    """Both ask `start_position`: a warning by any other start would be about another mapping."""
    made = mapping(STREAM, **changes)
    start = captured_start(made, account(made, GetMetricData=age), resume)
    limit = int(NOW - start["StartingPositionTimestamp"]) + OUTAGE
    for seconds, told in ((limit, True), (limit + 1, False)):
        limited = {**made, "MaximumRecordAgeInSeconds": seconds}
        found = [each for each in warnings(limited, age, resume=resume) if "by then" in each]
        assert bool(found) is told


@pytest.mark.parametrize(
    ("changes", "beside"),
    [({"State": "Disabled"}, []), ({}, [mapping(STREAM + "-2", UUID=OTHER_UUID)])],
    ids=["disabled", "neighbour"],
)
def test_a_start_at_the_oldest_record_is_the_same_for_both(
    changes: dict[str, Any], beside: list[dict[str, Any]]
) -> None:
    made = mapping(STREAM, MaximumRecordAgeInSeconds=604_800, **changes)
    answers = account(made, *beside)
    assert captured_start(made, answers, "lossless")["StartingPosition"] == "TRIM_HORIZON"
    found = validated(answers, event_uuids=[made["UUID"]])["warnings"]
    assert [each for each in found if "604800 seconds by then" in each]
