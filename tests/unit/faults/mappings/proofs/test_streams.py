"""A stream has to be in use, and to keep its records until its mapping reads again."""

import pytest

from tests.fakes.answers import GONE, ok
from tests.unit.proof_account import (
    KAFKA,
    STREAM,
    TABLE,
    Refusal,
    account,
    assert_refused,
    assert_warned_when_denied,
    mapping,
    stream,
    validated,
)


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
    ],
)
def test_a_stream_that_may_not_be_read_is_a_warning(
    source: str, denied: str, sentence: str
) -> None:
    assert_warned_when_denied(source, denied, sentence)


def test_a_source_that_no_call_describes_is_assumed_to_keep_records_as_by_default() -> None:
    made = mapping(KAFKA, Topics=["t"])
    [warning] = [w for w in validated(account(made))["warnings"] if "assumed" in w]
    assert "its default of 168 hours was assumed" in warning
