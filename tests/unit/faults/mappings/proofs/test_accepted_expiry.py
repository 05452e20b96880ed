"""Records that will be too old when they are read: refused, or accepted and told of."""

from typing import Any

import pytest

from snapback.faults.mappings.delete.plan import describe as describe_deleting
from snapback.faults.mappings.disable.plan import describe as describe_disabling
from snapback.faults.mappings.mapping import create_request, key_of
from snapback.model.records import Target
from tests.fakes.answers import answer
from tests.unit.proof_account import NOW, QUEUE, STREAM, account, aged, mapping, stream
from tests.unit.validate.asking import refused, validated

LETTERS = {"DestinationConfig": {"OnFailure": {"Destination": QUEUE}}}
BOTH = pytest.mark.parametrize("fault", ["delete-mappings", "disable-mappings"])


def hasty(**changes: Any) -> dict[str, Any]:
    """A mapping of a stream that gives records up after a minute."""
    return mapping(STREAM, MaximumRecordAgeInSeconds=60, **changes)


@BOTH
@pytest.mark.parametrize(
    ("changes", "fate"),
    [({}, "drops them"), (LETTERS, f"sends them to {QUEUE} as RecordAgeExceeded")],
    ids=["dropped", "sent"],
)
def test_the_refusal_names_the_key_that_accepts_it(
    changes: dict[str, Any], fate: str, fault: str
) -> None:
    [problem] = refused(account(hasty(**changes)), fault=fault)
    assert "discards records older than 60 seconds (MaximumRecordAgeInSeconds)" in problem
    assert problem.endswith(
        "shorten total_chaos_duration or raise MaximumRecordAgeInSeconds; or set accept_expiry to "
        f"true, and Lambda {fate}"
    )


@BOTH
@pytest.mark.parametrize(
    ("changes", "fate"),
    [({}, "drops them"), (LETTERS, f"sends them to {QUEUE} as RecordAgeExceeded")],
    ids=["dropped", "sent"],
)
def test_what_is_accepted_is_told_with_what_becomes_of_the_records(
    changes: dict[str, Any], fate: str, fault: str
) -> None:
    handed = validated(account(hasty(**changes)), fault=fault, accept_expiry=True)
    [told] = [line for line in handed["warnings"] if "discards records older than" in line]
    assert "60 seconds (MaximumRecordAgeInSeconds), less than the 331 that nothing may" in told
    assert told.endswith(f"Lambda {fate}, and the function never sees them.")


@BOTH
def test_how_far_it_is_behind_counts_as_well(fault: str) -> None:
    behind = account(mapping(STREAM, MaximumRecordAgeInSeconds=400), GetMetricData=aged(100_000))
    handed = validated(behind, fault=fault, accept_expiry=True)
    [told] = [line for line in handed["warnings"] if "discards records older than" in line]
    assert "and the 100 that its function may be behind already" in told


@BOTH
def test_what_the_source_itself_forgets_is_not_accepted(fault: str) -> None:
    forgetful = account(hasty(), DescribeStreamSummary=stream(hours=1))
    asked = {"accept_expiry": True, "total_chaos_duration": 3600}
    [problem] = refused(forgetful, fault=fault, **asked)
    assert "which keeps records for 3600 seconds" in problem


def captured(config: dict[str, Any], undo: dict[str, Any]) -> Target:
    """A target as a dry run reads it."""
    target = Target("run", key_of(config), "reserved", config["UUID"])
    return target.captured({"config": config, "tags": {}}, undo)


@pytest.mark.parametrize(
    ("config", "promise"),
    [(mapping(STREAM), "loses nothing"), (hasty(), "gives up what is older than 60 seconds")],
    ids=["unlimited", "limited"],
)
def test_the_plan_of_a_disabling_promises_no_more_than_holds(
    config: dict[str, Any], promise: str
) -> None:
    said = answer(describe_disabling(captured(config, {"UUID": config["UUID"]}), NOW), {})
    assert f"Enable it again: it goes on where it stopped, and {promise}." in said


def test_the_plan_of_a_delete_says_which_records_are_young_enough() -> None:
    request = create_request(hasty(), {}) | {"StartingPosition": "TRIM_HORIZON"}
    said = answer(describe_deleting(captured(hasty(), request), NOW), {})
    assert [line for line in said if "younger than 60 seconds by then" in line]
