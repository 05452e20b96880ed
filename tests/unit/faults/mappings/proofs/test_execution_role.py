"""The function's own role has to be able to read the source still."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from snapback.faults.mappings.proofs.execution_role import look, prove
from snapback.faults.mappings.proofs.subject import Subject
from snapback.model.effects import Answer, Call, Step
from snapback.model.findings import Findings
from tests.fakes.answers import DENIED, answer, ok
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
    refused,
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


def prove_alone(subject: Subject) -> Step[Findings]:
    simulated = yield from look([subject])
    return (yield from prove(subject, simulated))


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
    answer(prove_alone(subject), answers, asked=asked)
    [simulation, *_] = (each.params for each in asked if each.service == "iam")
    assert set(simulation["ActionNames"]) == needed


UUIDS = [f"{number}1111111-1111-4111-8111-111111111111" for number in range(1, 4)]
QUEUES = [f"{QUEUE}-{number}" for number in range(1, 4)]
MAPPINGS = [mapping(queue, UUID=uuid) for queue, uuid in zip(QUEUES, UUIDS, strict=True)]


def denying(spoils: Callable[[list[str]], bool], *denied: str) -> Callable[[Any], Answer]:
    """A simulation that denies some sources, of a request that it may not be able to read."""

    def simulate(params: Mapping[str, Any]) -> Answer:
        if spoils(params["ResourceArns"]):
            return Answer(code="InvalidInput", status=400)
        allowed = simulated("allowed")(params)
        for result in allowed.body["EvaluationResults"]:
            for each in result["ResourceSpecificResults"]:
                if each["EvalResourceName"] in denied:
                    each["EvalResourceDecision"] = result["EvalDecision"] = "implicitDeny"
        return allowed

    return simulate


def test_of_many_sources_only_the_one_that_is_denied_refuses() -> None:
    asked: list[Call] = []
    simulation = denying(lambda _: False, QUEUES[1])
    answers = account(*MAPPINGS, SimulatePrincipalPolicy=simulation)
    problems = refused(answers, asked=asked)
    assert [each.split()[1] for each in problems] == [UUIDS[1]]
    assert f"on {QUEUES[1]}; allow it" in problems[0]
    assert simulations(asked) == [QUEUES]


def simulations(asked: list[Call]) -> list[list[str]]:
    """The sources of each simulation of the function's role."""
    params = [each.params for each in asked if each.service == "iam"]
    return [each["ResourceArns"] for each in params if each["PolicySourceArn"] == ROLE]


@pytest.mark.parametrize(
    "spoils",
    [lambda arns: len(arns) > 1, lambda arns: QUEUES[0] in arns],
    ids=["too many", "one that cannot be read"],
)
def test_what_cannot_be_simulated_together_is_simulated_alone(
    spoils: Callable[[list[str]], bool],
) -> None:
    asked: list[Call] = []
    answers = account(*MAPPINGS, SimulatePrincipalPolicy=denying(spoils, QUEUES[1]))
    [problem] = refused(answers, asked=asked)
    assert f"{UUIDS[1]} could not be made again: role {ROLE} may not sqs:" in problem
    assert simulations(asked) == [QUEUES, *([each] for each in QUEUES)]


def test_a_source_of_which_a_simulation_says_too_little_is_simulated_alone() -> None:
    def silent(params: Mapping[str, Any]) -> Answer:
        answered = denying(lambda _: False, QUEUES[1])(params)
        if len(params["ResourceArns"]) > 1:
            results = answered.body["EvaluationResults"]
            results[0]["ResourceSpecificResults"] = results[0]["ResourceSpecificResults"][:1]
        return answered

    [problem] = refused(account(*MAPPINGS, SimulatePrincipalPolicy=silent))
    assert f"{UUIDS[1]} could not be made again" in problem


def test_every_page_of_a_simulation_is_read() -> None:
    def paged(params: Mapping[str, Any]) -> Answer:
        body = denying(lambda _: False, QUEUES[2])(params).body
        page = int(params.get("Marker", 0))
        results = body["EvaluationResults"][page : page + 1]
        truncated = page + 1 < len(body["EvaluationResults"])
        return ok(EvaluationResults=results, IsTruncated=truncated, Marker=str(page + 1))

    [problem] = refused(account(*MAPPINGS, SimulatePrincipalPolicy=paged))
    named = "sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes"
    assert f"{UUIDS[2]} could not be made again: role {ROLE} may not {named} on" in problem


def test_a_simulation_that_is_refused_is_a_warning_for_each_source_and_not_asked_again() -> None:
    asked: list[Call] = []
    found = validated(account(*MAPPINGS, SimulatePrincipalPolicy=DENIED), asked=asked)["warnings"]
    for queue in QUEUES:
        assert (
            f"Whether role {ROLE} may read {queue} could not be checked (AccessDeniedException)."
        ) in found
    assert simulations(asked) == [QUEUES]


def test_what_a_policy_asks_for_of_one_source_says_nothing_of_another() -> None:
    def conditional(params: Mapping[str, Any]) -> Answer:
        body = denying(lambda _: False, *QUEUES[:2])(params).body
        for result in body["EvaluationResults"]:
            result["MissingContextValues"] = ["aws:SourceIp"]
            for each in result["ResourceSpecificResults"]:
                if each["EvalResourceName"] == QUEUES[0]:
                    each["MissingContextValues"] = ["aws:SourceIp"]
        return ok(**body)

    [problem] = refused(account(*MAPPINGS, SimulatePrincipalPolicy=conditional))
    assert problem.startswith(f"event_uuids: {UUIDS[1]} could not be made again")
