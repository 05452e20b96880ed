"""What a capture holds of a mapping survives its record."""

import json
from typing import Any

import pytest

from snapback.faults.mappings.captured import CapturedMapping, captured, in_words, original
from tests.unit.faults.mappings.targets import NEW_UUID, target, unread
from tests.unit.samples import CONFIGS, FUNCTION, UUID


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_a_capture_is_read_back_from_its_record_as_it_was(config: dict[str, Any]) -> None:
    found = CapturedMapping(config, {"team": "a"}, ("one", "two"), NEW_UUID)
    assert CapturedMapping.of(json.loads(json.dumps(found.document()))) == found


def test_what_was_never_captured_is_empty() -> None:
    assert captured(unread()) == original(unread()) == CapturedMapping()


@pytest.mark.parametrize(
    ("source", "read"),
    [("sqs", CONFIGS["sqs"]["EventSourceArn"]), ("self-managed-kafka", "its Kafka brokers")],
)
def test_a_plan_names_a_mapping_with_its_source_and_function(source: str, read: str) -> None:
    mapping = target(CONFIGS[source], {})
    assert in_words(mapping) == f"event source mapping {UUID} ({read} to {FUNCTION})"
