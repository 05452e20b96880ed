"""The role that makes mappings again is asked about, not assumed to be able to."""

from typing import Any

import pytest

from snapback.model.effects import Answer, Call
from snapback.validate.limits import Limits
from tests.fakes.answers import DENIED, ok
from tests.unit.proof_account import (
    CREATE,
    ELSEWHERE,
    FUNCTION,
    KAFKA,
    KEY,
    LIMITS,
    QUEUE,
    RESTORES,
    ROLE,
    UUID,
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

TAG = "lambda:TagResource"
CONNECTIONS = "kafka:ListVpcConnections"
CONNECTION = "arn:aws:kafka:eu-west-1:123456789012:vpc-connection/123456789012/c/u"
BOUNDARY = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
FILTERED: dict[str, Any] = {"KMSKeyArn": KEY, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}


def asked_of(role: str, *configs: dict[str, Any], **request: Any) -> list[dict[str, Any]]:
    """What was simulated for a role."""
    asked: list[Call] = []
    validated(account(*configs), asked=asked, **request)
    simulations = [dict(each.params) for each in asked if each.service == "iam"]
    return [each for each in simulations if each["PolicySourceArn"] == role]


def test_the_stack_s_role_is_asked_for_every_call_of_a_restore_and_for_no_other() -> None:
    anywhere, on_mapping, on_key = asked_of(RESTORES, mapping(**FILTERED))
    assert anywhere["ActionNames"] == [CREATE, "lambda:ListEventSourceMappings"]
    assert anywhere["ResourceArns"] == ["*"]
    assert on_mapping["ActionNames"] == ["lambda:GetEventSourceMapping", "lambda:ListTags", TAG]
    assert on_key["ResourceArns"] == [KEY]
    known = {
        "lambda:FunctionArn": [FUNCTION],
        "kms:ViaService": ["lambda.eu-west-1.amazonaws.com"],
        "aws:RequestedRegion": ["eu-west-1"],
    }
    assert context(anywhere) == context(on_mapping) == known
    assert context(on_key) == known | {
        "kms:EncryptionContext:aws:lambda:FunctionArn": [FUNCTION],
        "kms:EncryptionContext:aws:lambda:EventSourceArn": [QUEUE],
    }


def context(asked: dict[str, Any]) -> dict[str, Any]:
    """What a simulation was told of the calls."""
    return {each["ContextKeyName"]: each["ContextKeyValues"] for each in asked["ContextEntries"]}


def test_a_connection_to_another_account_s_cluster_is_made_again_with_a_right_of_its_own() -> None:
    connected, *_ = asked_of(RESTORES, mapping(CONNECTION, Topics=["t"]))
    assert connected["ActionNames"] == [CREATE, "lambda:ListEventSourceMappings", CONNECTIONS]
    assert connected["ResourceArns"] == ["*"]
    direct, *_ = asked_of(RESTORES, mapping(KAFKA, Topics=["t"]))
    assert CONNECTIONS not in direct["ActionNames"]


def test_a_key_of_another_account_is_a_warning() -> None:
    theirs = KEY.replace("123456789012", "210987654321")
    warnings = validated(account(mapping(**FILTERED | {"KMSKeyArn": theirs})))["warnings"]
    assert any("it is in another account, whose policies" in each for each in warnings)


def test_in_another_account_it_is_the_assumed_role_that_is_asked() -> None:
    assert asked_of(ELSEWHERE, assume_role_arn=ELSEWHERE)
    assert not asked_of(RESTORES, assume_role_arn=ELSEWHERE)


def test_who_may_disable_a_mapping_may_enable_it() -> None:
    assert not asked_of(RESTORES, fault="disable-mappings")


def test_a_mapping_without_tags_needs_no_permission_to_tag() -> None:
    denied = simulated("implicitDeny", TAG)
    theirs = ok(Tags={"aws:cloudformation:stack-id": "shop"})
    assert validated(account(SimulatePrincipalPolicy=denied))["warnings"] == []
    assert validated(account(SimulatePrincipalPolicy=denied, tags=theirs))["warnings"] == []


@pytest.mark.parametrize("tags", [DENIED, ok(Tags={"team": "a"})])
def test_a_mapping_that_has_tags_or_may_have_them_needs_it(tags: Answer) -> None:
    answers = account(SimulatePrincipalPolicy=simulated("implicitDeny", TAG), tags=tags)
    [problem] = refused(answers)
    assert problem.startswith(f"event_uuids: {UUID} could not be made again: role {RESTORES}")


@pytest.mark.parametrize(
    ("details", "doubt"),
    [
        ({"MissingContextValues": ["aws:SourceVpc"]}, "its policies ask for aws:SourceVpc, which"),
        ({"ResourceSpecificResults": [{"MissingContextValues": ["aws:SourceVpc"]}]},
         "its policies ask for aws:SourceVpc, which a simulation does not have."),
        ({"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}},
         "a policy of its organization seems to forbid it."),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("action", "whether"),
    [
        (CREATE, f"Whether role {RESTORES} may make the mappings of {FUNCTION} again"),
        ("sqs:ReceiveMessage", f"Whether role {ROLE} may read {QUEUE}"),
    ],
)
def test_a_denial_that_may_be_the_simulation_s_own_is_a_warning(
    details: dict[str, Any], doubt: str, action: str, whether: str
) -> None:
    unsure = simulated("explicitDeny", action, **details)
    [warning] = validated(account(SimulatePrincipalPolicy=unsure))["warnings"]
    assert warning.startswith(f"{whether} could not be checked: {doubt}")


def test_a_role_that_is_not_known_is_a_warning() -> None:
    unknown = Limits(LIMITS.longest_duration, LIMITS.most_targets, LIMITS.allowed_tag)
    assert validated(account(), unknown)["warnings"] == [
        "Which role makes mappings again is not known: its policies were not seen."
    ]


@pytest.mark.parametrize(
    "case",
    [
        ({}, {"SimulatePrincipalPolicy": without(RESTORES)}, {},
         f"would be made again by role {RESTORES}, which does not exist"),
        ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", CREATE)}, {},
         f"role {RESTORES}, which does that, may not {CREATE} for {FUNCTION}; allow what docs/permis"),
        ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", CREATE, **BOUNDARY)}, {},
         f"may not {CREATE} (forbidden by its permissions boundary) for {FUNCTION}"),
        ({"EventSourceArn": CONNECTION, "Topics": ["t"]},
         {"SimulatePrincipalPolicy": simulated("implicitDeny", CONNECTIONS)}, {},
         f"role {RESTORES}, which does that, may not {CONNECTIONS} for {FUNCTION}"),
        ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", CREATE)},
         {"assume_role_arn": ELSEWHERE}, f"role {ELSEWHERE}, which does that, may not {CREATE}"),
        ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", "lambda:TagResource"),
              "tags": ok(Tags={"team": "a"})}, {},
         "may not lambda:TagResource on arn:aws:lambda:eu-west-1:123456789012:event-source-mapping:*"),
        ({"KMSKeyArn": KEY, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
         {"SimulatePrincipalPolicy": simulated("implicitDeny", "kms:GenerateDataKey")}, {},
         f"may not kms:GenerateDataKey on {KEY}"),
    ],
)  # fmt: skip
def test_a_role_that_could_not_make_the_mapping_again_is_refused(case: Refusal) -> None:
    assert_refused(*case)


def test_a_restoring_role_that_may_not_be_simulated_is_a_warning() -> None:
    sentence = (
        f"Whether role {RESTORES} may make the mappings of {FUNCTION} again could not be checked"
    )
    assert_warned_when_denied(QUEUE, "SimulatePrincipalPolicy", sentence)
