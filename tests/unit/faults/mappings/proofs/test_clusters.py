"""A cluster or a broker has to be there, and to take a new reader."""

import pytest

from snapback.model.effects import Answer
from tests.fakes.answers import ok
from tests.unit.proof_account import (
    DOCUMENTS,
    KAFKA,
    Refusal,
    assert_refused,
    assert_warned_when_denied,
)

CONNECTION = "arn:aws:kafka:eu-west-1:123456789012:vpc-connection/123456789012/c/u"
BROKER = "arn:aws:mq:eu-west-1:123456789012:broker:b:b-1"


@pytest.mark.parametrize(
    "case",
    [
        ({"EventSourceArn": KAFKA, "Topics": ["t"]},
         {"DescribeClusterV2": Answer(code="NotFoundException", status=404)}, {},
         f"reads {KAFKA}, which does not exist; leave the mapping out"),
        ({"EventSourceArn": KAFKA, "Topics": ["t"]},
         {"DescribeClusterV2": ok(ClusterInfo={"State": "DELETING"})}, {},
         f"reads {KAFKA}, which is DELETING; wait until it can be read"),
        ({"EventSourceArn": CONNECTION, "Topics": ["t"]},
         {"DescribeVpcConnection": Answer(code="NotFoundException", status=404)}, {},
         f"reads {CONNECTION}, which does not exist"),
        ({"EventSourceArn": CONNECTION, "Topics": ["t"]},
         {"DescribeVpcConnection": ok(State="REJECTED")}, {}, "which is REJECTED"),
        ({"EventSourceArn": BROKER, "Queues": ["q"]},
         {"DescribeBroker": Answer(code="NotFoundException", status=404)}, {},
         f"reads {BROKER}, which does not exist"),
        ({"EventSourceArn": BROKER, "Queues": ["q"]},
         {"DescribeBroker": ok(BrokerState="DELETION_IN_PROGRESS")}, {},
         f"reads {BROKER}, which is DELETION_IN_PROGRESS"),
        ({"EventSourceArn": DOCUMENTS},
         {"DescribeDBClusters": Answer(code="DBClusterNotFoundFault", status=404)}, {},
         f"reads {DOCUMENTS}, which does not exist"),
        ({"EventSourceArn": DOCUMENTS},
         {"DescribeDBClusters": ok(DBClusters=[{"Status": "stopped"}])}, {},
         f"reads {DOCUMENTS}, which is stopped"),
    ],
)  # fmt: skip
def test_a_source_that_takes_no_reader_is_refused(case: Refusal) -> None:
    assert_refused(*case)


@pytest.mark.parametrize(
    ("source", "denied", "sentence"),
    [
        (KAFKA, "DescribeClusterV2", f"Source {KAFKA} could not be checked"),
        (CONNECTION, "DescribeVpcConnection", f"Source {CONNECTION} could not be checked"),
        (BROKER, "DescribeBroker", f"Source {BROKER} could not be checked"),
        (DOCUMENTS, "DescribeDBClusters", f"Source {DOCUMENTS} could not be checked"),
    ],
)
def test_a_source_that_may_not_be_described_is_a_warning(
    source: str, denied: str, sentence: str
) -> None:
    assert_warned_when_denied(source, denied, sentence)
