"""A stream has to be in use, and to keep its records until its mapping reads again."""

from typing import Any

import pytest

from snapback.model.effects import Answer
from tests.fakes.answers import GONE, ok
from tests.unit.proof_account import (
    KAFKA,
    QUEUE,
    STREAM,
    TABLE,
    Refusal,
    account,
    aged,
    assert_refused,
    assert_warned_when_denied,
    mapping,
    refused,
    stream,
    validated,
)

CONSUMER = f"{STREAM}/consumer/orders:1700000000"


@pytest.mark.parametrize(
    "case",
    [
        ({"EventSourceArn": STREAM}, {"DescribeStreamSummary": GONE}, {},
         f"reads {STREAM}, which does not exist"),
        ({"EventSourceArn": STREAM}, {"DescribeStreamSummary": stream(status="DELETING")}, {},
         "which is DELETING"),
        ({"EventSourceArn": STREAM}, {"DescribeStreamSummary": stream(hours=1)},
         {"total_chaos_duration": 3600}, "keeps records for 3600 seconds, less than the 3901"),
        ({"EventSourceArn": STREAM, "MaximumRecordAgeInSeconds": 60}, {}, {},
         "discards records older than 60 seconds (MaximumRecordAgeInSeconds), less than the 331"),
        ({"EventSourceArn": TABLE}, {"DescribeStream": GONE}, {}, "which does not exist"),
        ({"EventSourceArn": TABLE},
         {"DescribeStream": ok(StreamDescription={"StreamStatus": "DISABLED"})}, {},
         "which is DISABLED"),
    ],
)  # fmt: skip
def test_a_stream_that_would_lose_records_is_refused(case: Refusal) -> None:
    assert_refused(*case)


@pytest.mark.parametrize(
    ("source", "denied", "sentence"),
    [
        (STREAM, "DescribeStreamSummary", f"Stream {STREAM} could not be checked"),
        (TABLE, "DescribeStream", f"Stream {TABLE} could not be checked"),
        (CONSUMER, "DescribeStreamConsumer", f"Stream {CONSUMER} could not be checked"),
    ],
)
def test_a_stream_that_may_not_be_read_is_a_warning(
    source: str, denied: str, sentence: str
) -> None:
    assert_warned_when_denied(source, denied, sentence)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (GONE, f"reads {CONSUMER}, which does not exist; leave the mapping out"),
        (
            ok(ConsumerDescription={"ConsumerStatus": "DELETING"}),
            f"reads {CONSUMER}, which is DELETING; leave the mapping out",
        ),
    ],
    ids=["gone", "going"],
)
def test_a_consumer_that_takes_no_reader_is_refused(answer: Answer, problem: str) -> None:
    assert_refused({"EventSourceArn": CONSUMER}, {"DescribeStreamConsumer": answer}, {}, problem)


def test_a_consumer_that_is_in_use_is_proved() -> None:
    active = ok(ConsumerDescription={"ConsumerStatus": "ACTIVE"})
    assert validated(account(mapping(CONSUMER), DescribeStreamConsumer=active))["targets"]


def test_a_source_that_no_call_describes_is_assumed_to_keep_records_as_by_default() -> None:
    made = mapping(KAFKA, Topics=["t"])
    [warning] = [w for w in validated(account(made))["warnings"] if "assumed" in w]
    assert "its default of 168 hours was assumed" in warning


BOTH_FAULTS = pytest.mark.parametrize("fault", ["delete-mappings", "disable-mappings"])
EITHER_FATE = pytest.mark.parametrize(
    ("changes", "fate"),
    [
        ({}, "drops them"),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": QUEUE}}},
            f"sends them to {QUEUE} as RecordAgeExceeded",
        ),
    ],
    ids=["dropped", "sent"],
)


def hasty(**changes: Any) -> dict[str, Any]:
    """A mapping of a stream whose records are too old after a minute."""
    return mapping(STREAM, MaximumRecordAgeInSeconds=60, **changes)


@BOTH_FAULTS
@EITHER_FATE
def test_the_refusal_of_records_too_old_names_the_key_that_accepts_it(
    changes: dict[str, Any], fate: str, fault: str
) -> None:
    [problem] = refused(account(hasty(**changes)), fault=fault)
    assert problem.endswith(
        "shorten total_chaos_duration or raise MaximumRecordAgeInSeconds; or set accept_expiry to "
        f"true, and Lambda {fate}"
    )


@BOTH_FAULTS
@EITHER_FATE
def test_records_that_may_be_too_old_are_told_of_with_what_becomes_of_them(
    changes: dict[str, Any], fate: str, fault: str
) -> None:
    handed = validated(account(hasty(**changes)), fault=fault, accept_expiry=True)
    [told] = [line for line in handed["warnings"] if "discards records older than" in line]
    assert "60 seconds (MaximumRecordAgeInSeconds), less than the 331 that nothing may" in told
    assert told.endswith(f"Lambda {fate}, and the function never sees them.")


@BOTH_FAULTS
def test_records_that_are_too_old_because_their_mapping_is_behind_may_be(fault: str) -> None:
    behind = account(mapping(STREAM, MaximumRecordAgeInSeconds=400), GetMetricData=aged(100_000))
    handed = validated(behind, fault=fault, accept_expiry=True)
    [told] = [line for line in handed["warnings"] if "discards records older than" in line]
    assert "and the 100 that its function may be behind already" in told


@BOTH_FAULTS
def test_what_the_stream_itself_forgets_is_refused_all_the_same(fault: str) -> None:
    forgetful = account(hasty(), DescribeStreamSummary=stream(hours=1))
    [problem] = refused(forgetful, fault=fault, accept_expiry=True, total_chaos_duration=3600)
    assert "which keeps records for 3600 seconds" in problem
