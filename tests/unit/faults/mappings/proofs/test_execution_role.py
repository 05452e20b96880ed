"""The function's own role has to be able to read the source still."""

from typing import Any

import pytest

from snapback.faults.mappings.proofs.execution_role import prove
from snapback.faults.mappings.proofs.subject import Subject
from snapback.model.effects import Call
from tests.fakes.answers import answer, ok
from tests.unit.proof_account import (
    KAFKA,
    QUEUE,
    ROLE,
    STREAM,
    TABLE,
    Refusal,
    account,
    assert_refused,
    assert_warned_when_denied,
    mapping,
    simulated,
    validated,
    without,
)

FIRST, SECOND = "kafka:DescribeCluster", "kafka:DescribeClusterV2"
SERVERLESS = ok(ClusterInfo={"State": "ACTIVE", "ClusterType": "SERVERLESS"})
THEIR_QUEUE = "arn:aws:sqs:eu-west-1:210987654321:queue"
THEIR_STREAM = "arn:aws:kinesis:eu-west-1:210987654321:stream/stream"


@pytest.mark.parametrize(
    "case",
    [
        ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", "sqs:ReceiveMessage")}, {},
         f"role {ROLE} may not sqs:ReceiveMessage on {QUEUE}"),
        ({"EventSourceArn": KAFKA, "Topics": ["t"]},
         {"SimulatePrincipalPolicy": simulated("implicitDeny", FIRST, SECOND)}, {},
         f"role {ROLE} may not {SECOND} on {KAFKA}"),
        ({"EventSourceArn": KAFKA, "Topics": ["t"]},
         {"SimulatePrincipalPolicy": simulated("implicitDeny", SECOND),
          "DescribeClusterV2": SERVERLESS}, {},
         f"role {ROLE} may not {SECOND} on {KAFKA}"),
        ({"EventSourceArn": THEIR_QUEUE},
         {"SimulatePrincipalPolicy": simulated("explicitDeny", "sqs:ReceiveMessage")}, {},
         f"role {ROLE} may not sqs:ReceiveMessage on {THEIR_QUEUE}"),
        ({}, {"SimulatePrincipalPolicy": without(ROLE)}, {},
         f"needs role {ROLE}, which does not exist"),
    ],
)  # fmt: skip
def test_a_role_that_may_not_read_the_source_is_refused(case: Refusal) -> None:
    assert_refused(*case)


def test_a_role_that_may_not_be_simulated_is_a_warning() -> None:
    sentence = f"Whether role {ROLE} may read {QUEUE} could not be"
    assert_warned_when_denied(QUEUE, "SimulatePrincipalPolicy", sentence)


def unreadable(source: str, **answers: Any) -> list[str]:
    """What the plan warns of the right to read a source."""
    made = mapping(source, Topics=["t"]) if source == KAFKA else mapping(source)
    found = validated(account(made, **answers))["warnings"]
    return [each for each in found if each.startswith("Whether role")]


@pytest.mark.parametrize(
    ("lacking", "answers"),
    [(FIRST, {}), (SECOND, {}), (FIRST, {"DescribeClusterV2": SERVERLESS})],
)
def test_either_way_to_describe_a_kafka_cluster_is_enough(
    lacking: str, answers: dict[str, Any]
) -> None:
    role = simulated("implicitDeny", lacking)
    assert unreadable(KAFKA, SimulatePrincipalPolicy=role, **answers) == []


@pytest.mark.parametrize("source", [THEIR_QUEUE, THEIR_STREAM])
@pytest.mark.parametrize("fault", ["delete-mappings", "disable-mappings"])
def test_what_another_account_has_to_allow_too_is_a_warning(source: str, fault: str) -> None:
    found = validated(account(mapping(source)), fault=fault)["warnings"]
    [warning] = [each for each in found if each.startswith("Whether role")]
    assert warning == (
        f"Whether role {ROLE} may read {source} could not be checked: it is in another account, "
        "whose policies a simulation does not see."
    )


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        (QUEUE, {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}),
        (STREAM, {"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"}),
        (TABLE, {"dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"}),
        (KAFKA, {FIRST, SECOND, "kafka:GetBootstrapBrokers"}),
    ],
)
def test_a_role_is_asked_for_what_lambda_needs_of_the_source(source: str, needed: set[str]) -> None:
    subject = Subject(mapping(source), outage_seconds=60, function={"Role": ROLE}, now=0)
    asked: list[Call] = []
    answers: dict[str, Any] = {
        "SimulatePrincipalPolicy": simulated("allowed"),
        "DescribeClusterV2": SERVERLESS,
    }
    answer(prove(subject), answers, asked=asked)
    [simulation, *_] = (each.params for each in asked if each.service == "iam")
    assert set(simulation["ActionNames"]) == needed
