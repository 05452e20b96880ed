from typing import Any

import pytest

from snapback.model.source import Source
from snapback.workload.sources import in_words, kinds, source
from tests.unit.samples import CONFIGS

TABLE = "arn:aws:dynamodb:r:1:table/Items/stream/2026-01-01T00:00:00"


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:sqs:r:1:orders", "Queue orders"),
        ("arn:aws:kinesis:r:1:stream/clicks", "Stream clicks"),
        (TABLE, "Table stream Items"),
        ("arn:aws:mq:r:1:broker:orders:b-1", "Broker broker:orders:b-1"),
        ("arn:aws:new:r:1:thing", "new thing"),
        ("b1:9092,b2:9092", "Kafka b1:9092,b2:9092"),
    ],
)
def test_a_source_has_a_readable_name(arn: str, name: str) -> None:
    assert in_words(arn) == name


FAILED = "arn:aws:sqs:eu-west-1:123456789012:failed"


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("sqs", {}, {"kind": "sqs", "concurrency": 1000}),
        ("fifo", {}, {"kind": "sqs", "concurrency": 2, "capped": True}),
        (
            "kinesis",
            {"State": "Disabled", "ParallelizationFactor": 8},
            {"kind": "kinesis", "active": False, "concurrency": 8},
        ),
        (
            "dynamodb",
            {"DestinationConfig": {"OnFailure": {"Destination": FAILED}}},
            {"kind": "dynamodb", "concurrency": 1, "destination": FAILED},
        ),
        ("self-managed-kafka", {}, {"kind": "self-managed-kafka", "concurrency": 1}),
    ],
)
def test_a_mapping_names_its_source(
    kind: str, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    arn = CONFIGS[kind].get("EventSourceArn", "")
    known: dict[str, Any] = {"arn": arn, "active": True, **expected}
    assert source({**CONFIGS[kind], **changes}) == Source(**known)


def test_only_sources_that_are_read_have_a_kind() -> None:
    idle = {**CONFIGS["dynamodb"], "State": "Disabled"}
    assert kinds(map(source, (CONFIGS["kinesis"], idle))) == {"kinesis"}
