from collections.abc import Mapping
from typing import Any

import pytest

from snapback.faults.mappings.start_position import NO_PROGRESS, Progress, position
from tests.unit.samples import CONFIGS

CAPTURED_AT = 2_000_000.0
NEVER_READ: dict[str, Any] = {"LastProcessingResult": NO_PROGRESS}


def resumed(source: str, age: float | None = 60, **changes: Any) -> Mapping[str, Any]:
    return position({**CONFIGS[source], **changes}, Progress(CAPTURED_AT, age, margin=300))


def at(epoch: float) -> dict[str, Any]:
    return {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": epoch}


@pytest.mark.parametrize("source", ["sqs", "fifo", "mq"])
def test_a_queue_has_no_position(source: str) -> None:
    assert resumed(source) == {}


@pytest.mark.parametrize("source", ["msk", "self-managed-kafka"])
def test_a_consumer_group_keeps_its_offsets_so_the_position_stays(source: str) -> None:
    assert resumed(source) == {"StartingPosition": "TRIM_HORIZON"}
    assert resumed(source, **at(1_000_000)) == at(1_000_000)


@pytest.mark.parametrize("source", ["msk", "self-managed-kafka"])
def test_a_partition_without_an_offset_starts_before_the_window(source: str) -> None:
    assert resumed(source, StartingPosition="LATEST") == at(CAPTURED_AT - 300)


@pytest.mark.parametrize("echoed", ["LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"])
def test_a_share_group_has_no_position(echoed: str) -> None:
    queue: dict[str, Any] = {
        "SelfManagedKafkaEventSourceConfig": {"ConsumptionMode": "Queue"},
        "StartingPosition": echoed,
        "StartingPositionTimestamp": 1_000_000,
    }
    assert resumed("self-managed-kafka", **queue) == {}


@pytest.mark.parametrize("own", ["LATEST", "TRIM_HORIZON"])
def test_a_dynamodb_stream_is_read_from_its_oldest_record(own: str) -> None:
    assert resumed("dynamodb", StartingPosition=own) == {"StartingPosition": "TRIM_HORIZON"}


@pytest.mark.parametrize("source", ["kinesis", "documentdb"])
def test_a_stream_resumes_before_the_last_processed_record(source: str) -> None:
    assert resumed(source, age=60) == at(CAPTURED_AT - 60 - 300)
    assert resumed(source, age=0) == at(CAPTURED_AT - 300)


def test_the_batching_window_is_counted_back_too() -> None:
    later = resumed("kinesis", age=60, MaximumBatchingWindowInSeconds=120)
    assert later == at(CAPTURED_AT - 60 - 120 - 300)


@pytest.mark.parametrize("source", ["kinesis", "documentdb"])
def test_where_nothing_says_how_far_it_had_read_it_starts_at_the_oldest_record(source: str) -> None:
    assert resumed(source, age=None) == {"StartingPosition": "TRIM_HORIZON"}


@pytest.mark.parametrize("source", ["kinesis", "documentdb"])
def test_a_mapping_that_never_read_starts_where_it_was_to_start(source: str) -> None:
    own = at(1_000_000)
    latest = resumed(source, **NEVER_READ, StartingPosition="LATEST", LastModified=1_900_000.0)
    assert latest == at(1_900_000 - 300)
    assert resumed(source, **NEVER_READ, **own) == own
    oldest: dict[str, Any] = {"StartingPosition": "TRIM_HORIZON"}
    assert resumed(source, **NEVER_READ, **oldest) == oldest


@pytest.mark.parametrize("source", ["kinesis", "documentdb"])
@pytest.mark.parametrize("result", ["OK", NO_PROGRESS])
@pytest.mark.parametrize("own", ["LATEST", "TRIM_HORIZON"])
def test_a_disabled_mapping_starts_at_the_oldest_record(source: str, result: str, own: str) -> None:
    disabled = {"State": "Disabled", "LastProcessingResult": result, "StartingPosition": own}
    assert resumed(source, age=0.2, **disabled) == {"StartingPosition": "TRIM_HORIZON"}


@pytest.mark.parametrize("source", ["kinesis", "documentdb"])
@pytest.mark.parametrize(("state", "age"), [("Disabled", 0.2), ("Enabled", None)])
def test_what_lies_before_its_own_timestamp_it_never_was_to_read(
    source: str, state: str, age: float | None
) -> None:
    assert resumed(source, age=age, State=state, **at(1_000_000)) == at(1_000_000)


@pytest.mark.parametrize("own", [{"StartingPosition": "TRIM_HORIZON"}, at(1_000_000)])
def test_a_mapping_made_lately_starts_where_it_started(own: dict[str, Any]) -> None:
    assert resumed("kinesis", age=0.2, LastModified=CAPTURED_AT - 899, **own) == own
    old = resumed("kinesis", age=0, LastModified=CAPTURED_AT - 901, **own)
    assert old == at(CAPTURED_AT - 300)


@pytest.mark.parametrize("age", [0, 1, 59.9, 86_400])
def test_a_start_never_lies_after_the_last_processed_record(age: float) -> None:
    start = resumed("kinesis", age=age)["StartingPositionTimestamp"]
    assert isinstance(start, int)
    assert start <= CAPTURED_AT - age


@pytest.mark.parametrize("source", ["kinesis", "documentdb"])
def test_a_timestamp_beside_another_position_is_not_sent(source: str) -> None:
    """It is a leftover that Create would refuse or that nothing would answer again."""
    config: dict[str, Any] = {
        "StartingPosition": "TRIM_HORIZON",
        "StartingPositionTimestamp": 1_000_000,
    }
    assert resumed(source, **config, **NEVER_READ) == {"StartingPosition": "TRIM_HORIZON"}
