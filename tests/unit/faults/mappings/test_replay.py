"""The plan says what is handled twice and what is lost, for every source and position."""

from typing import Any

import pytest

from snapback.faults.mappings import replay
from tests.fakes.answers import DENIED, Answers, answer
from tests.unit.proof_account import QUEUE, STREAM, TABLE, mapping, measured

KAFKA = "arn:aws:kafka:eu-west-1:123456789012:cluster/c/u"
DOCUMENTS = "arn:aws:rds:eu-west-1:123456789012:cluster:c"
SINCE = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1_795_000_000}
NOW = 1_795_000_600.0
COUNTED = {"GetMetricData": measured(120.0, 30.0)}
NO_DATA = {"GetMetricData": measured()}


@pytest.mark.parametrize(
    ("source", "request_", "answers", "sentence"),
    [
        (QUEUE, {}, {}, "Only the messages in flight, in batches of 10, may be handled again"),
        (KAFKA, {"StartingPosition": "LATEST"}, {}, "At most the batches in flight, 10 records"),
        (
            STREAM,
            SINCE,
            COUNTED,
            "2026-11-18 11:06:40 UTC is handled again: at most 150 so far",
        ),
        (STREAM, SINCE, NO_DATA, "CloudWatch has no count of them."),
        (STREAM, SINCE, {"GetMetricData": DENIED}, "CloudWatch has no count of them."),
        (DOCUMENTS, SINCE, {}, "Every record written since 2026-11-18 11:06:40 UTC is handled"),
        (
            STREAM,
            {"StartingPosition": "LATEST"},
            {},
            "LOST are all records written from the delete",
        ),
        (STREAM, {"StartingPosition": "TRIM_HORIZON"}, {}, "Every record still in the stream"),
        (TABLE, {"StartingPosition": "TRIM_HORIZON"}, {}, "expect up to 24 hours of duplicates"),
    ],
)
def test_the_duplicates_are_bounded(
    source: str, request_: dict[str, Any], answers: Answers, sentence: str
) -> None:
    said = answer(replay.duplicates(mapping(source), request_, NOW), answers)
    assert sentence in said
    assert said.endswith(".")


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (SINCE, "since 2026-11-18 11:06:40 UTC that is younger than 900 seconds by then (MaximumR"),
        ({"StartingPosition": "TRIM_HORIZON"}, "still in the stream that is younger than 900 seco"),
    ],
)
@pytest.mark.parametrize("source", [STREAM, TABLE])
def test_what_is_too_old_to_be_handled_again_is_not_counted_as_handled(
    source: str, request_: dict[str, Any], sentence: str
) -> None:
    limited = mapping(source, MaximumRecordAgeInSeconds=900)
    assert sentence in answer(replay.duplicates(limited, request_, NOW), COUNTED)
    unlimited = mapping(source, MaximumRecordAgeInSeconds=-1)
    assert "younger" not in answer(replay.duplicates(unlimited, request_, NOW), COUNTED)


@pytest.mark.parametrize(
    ("source", "request_", "sentence"),
    [
        (QUEUE, {}, "goes on with the messages in the queue."),
        (KAFKA, {"StartingPosition": "LATEST"}, "goes on where its consumer group's offsets are."),
        (
            KAFKA,
            SINCE,
            "has none starts at AT_TIMESTAMP, 2026-11-18 11:06:40 UTC instead of LATEST.",
        ),
        (STREAM, SINCE, "at AT_TIMESTAMP, 2026-11-18 11:06:40 UTC instead of LATEST."),
        (STREAM, {"StartingPosition": "LATEST"}, "starts to read at LATEST."),
    ],
)
def test_the_start_is_told(source: str, request_: dict[str, Any], sentence: str) -> None:
    assert replay.start(mapping(source), request_).endswith(sentence)


def test_a_mapping_that_was_only_disabled_kept_its_place() -> None:
    assert "kept its place" in replay.again(mapping(TABLE), {"UUID": "u", "Enabled": True})
