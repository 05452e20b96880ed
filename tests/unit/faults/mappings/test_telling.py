from dataclasses import replace

import pytest

from snapback.faults.mappings.telling import left_to_do, tell, title
from snapback.model.records import Snapshot, Target
from tests.unit.samples import CONFIGS, FUNCTION


def target(key: str, new_name: str = "", restored_at: float = 0, **undo: object) -> Target:
    snapshot = Snapshot({"config": CONFIGS["kinesis"]}, undo)
    return Target("run", key, "restored", "old", new_name=new_name, snapshot=snapshot,
                  restored_at=restored_at)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (f"arn:aws:sqs:r:1:orders|{FUNCTION}", "Queue orders"),
        (f"arn:aws:mq:r:1:b|{FUNCTION}|orders", "Broker b orders"),
        (f"b1:9092,b2:9092|{FUNCTION}|topic", "Kafka b1:9092,b2:9092 topic"),
    ],
)
def test_a_mapping_is_called_by_what_it_reads(key: str, name: str) -> None:
    assert title(target(key)) == name


def test_the_facts_of_a_mapping_are_its_uuids_its_position_and_what_it_handles_again() -> None:
    since = {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1_795_000_000}
    facts = tell(target("k", "new", 7, **since))["facts"]
    assert [each["name"] for each in facts] == ["UUID", "Resumes at", "Handled again"]
    assert [each["value"] for each in facts][:2] == [
        "old → new",
        "AT_TIMESTAMP 2026-11-18 11:06:40 UTC",
    ]


def test_a_mapping_that_kept_its_uuid_and_its_place_has_no_other_fact() -> None:
    assert tell(target("k"))["facts"] == [{"name": "UUID", "value": "old"}]


def test_a_setting_that_appeared_meanwhile_is_a_fact() -> None:
    verified = replace(target("k"), verification={"equal": True, "unknown": ["Future", "Other"]})
    [_, fact] = tell(verified)["facts"]
    assert fact["name"] == "Not compared"
    assert fact["value"].startswith("Future, Other: ")


def test_what_is_left_to_do_says_why() -> None:
    assert left_to_do([target("k")]) == {}
    assert "under new UUIDs" in left_to_do([target("k", "new")])["summary"]
