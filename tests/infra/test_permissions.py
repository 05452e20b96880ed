"""Roles and their rows say the same."""

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import pytest

from infra.permissions import (
    EVERY_FAULT,
    EVERY_HANDLER,
    HANDLERS,
    USES_TABLE_KEY,
    collected,
    uses_table,
)
from snapback.protocol.permissions import Statement
from tests.infra import rights
from tests.infra.rights import listed

MUTATING = ("Create", "Delete", "Update", "Put")
EVERY_STATEMENT = list(
    dict.fromkeys([*EVERY_HANDLER, *(each for module in HANDLERS for each in collected(module))])
)
DISABLING = "disable-mappings"
Synthesize = Callable[..., dict[str, Any]]


def policy_of(resources: Mapping[str, Any], module: str) -> list[Any]:
    """The statements of the one policy that a handler's role has."""
    (function,) = (
        each["Properties"]
        for each in resources.values()
        if each["Type"] == "AWS::Lambda::Function"
        and each["Properties"]["Handler"] == f"{module}.handler"
    )
    role = resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]
    assert "ManagedPolicyArns" not in role
    (policy,) = role["Policies"]
    statements: list[Any] = policy["PolicyDocument"]["Statement"]
    return statements


@pytest.mark.parametrize("module", HANDLERS)
def test_a_role_may_do_exactly_what_its_rows_say(resources: Mapping[str, Any], module: str) -> None:
    expected = rights.in_rows([*EVERY_HANDLER, *collected(module)])
    assert rights.in_policy(policy_of(resources, module)) == expected


def test_no_other_policy_reaches_a_handler(resources: Mapping[str, Any]) -> None:
    attached = [
        role["Ref"]
        for each in resources.values()
        if each["Type"] == "AWS::IAM::Policy"
        for role in each["Properties"]["Roles"]
    ]
    assert all(name.startswith(("Experiment", "Restore", "Abandon")) for name in attached)
    assert not any(name.startswith(("RestoreTargets", "AbandonTarget")) for name in attached)


def test_a_stack_of_one_fault_has_no_other_faults_rights(synthesize: Synthesize) -> None:
    resources = synthesize(faults=DISABLING)["Resources"]
    found = {module: rights.in_policy(policy_of(resources, module)) for module in HANDLERS}
    assert found == {
        module: rights.in_rows([*EVERY_HANDLER, *collected(module, [DISABLING])])
        for module in HANDLERS
    }
    actions = {each.action for role in found.values() for each in role}
    assert "lambda:UpdateEventSourceMapping" in actions
    assert not actions & {
        "lambda:DeleteEventSourceMapping",
        "lambda:CreateEventSourceMapping",
        "lambda:TagResource",
    }


def test_who_uses_the_table_may_use_the_customer_s_key_that_encrypts_it(
    synthesize: Synthesize,
) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-4333-8444-555555555555"
    resources = synthesize(table_key_arn=key)["Resources"]
    (table,) = (each for each in resources.values() if each["Type"] == "AWS::DynamoDB::Table")
    encryption = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    assert table["Properties"]["SSESpecification"] == encryption
    may = {
        module: {right.action for right in rights.in_policy(policy_of(resources, module))
                 if right.resource == key}
        for module in HANDLERS
    }  # fmt: skip
    using = {module for module in HANDLERS if uses_table(module)}
    assert using == set(HANDLERS) - {"notify"}
    needed = set(USES_TABLE_KEY.actions)
    assert may == {module: needed if module in using else set() for module in HANDLERS}
    functions = [each for each in resources.values() if each["Type"] == "AWS::Lambda::Function"]
    told = {each["Properties"]["Environment"]["Variables"]["TABLE_KEY_ARN"] for each in functions}
    assert told == {key}


@pytest.mark.parametrize("module", HANDLERS)
def test_a_stack_of_several_faults_has_the_rights_of_each(module: str) -> None:
    alone = (set(collected(module, [fault])) for fault in EVERY_FAULT)
    assert set(collected(module)) == set().union(*alone)


def test_every_statement_gives_its_reason_and_every_kind_its_arn_or_its_words() -> None:
    for statement in EVERY_STATEMENT:
        assert statement.actions
        assert statement.reason.endswith(".")
        kind = statement.kind
        assert bool(kind.arn) != bool(kind.words)
        assert kind.arn in ("", "*") or kind.arn.startswith("arn:{partition}:")


def test_a_name_means_one_kind() -> None:
    kinds = {statement.kind for statement in EVERY_STATEMENT}
    assert len({kind.name for kind in kinds}) == len(kinds)


def test_no_handler_may_do_everything_of_a_service() -> None:
    for statement in EVERY_STATEMENT:
        assert not any("*" in action for action in statement.actions)


def test_changing_a_mapping_is_limited_to_the_target_functions() -> None:
    for statement in EVERY_STATEMENT:
        if any("EventSourceMapping" in a and a[7:].startswith(MUTATING) for a in statement.actions):
            [condition] = statement.conditions
            assert condition.key == "lambda:FunctionArn"
            assert "{targets}" in condition.value


def test_a_key_opens_the_filters_of_a_mapping_and_no_function_s_environment() -> None:
    """Lambda encrypts environment variables for their function alone, without a source."""
    using = [each for each in EVERY_STATEMENT if "kms:Decrypt" in each.actions]
    for statement in using:
        if not statement.kind.at_target:
            continue
        keys = {each.key: each.value for each in statement.conditions}
        assert keys["kms:ViaService"] == "lambda.*.amazonaws.com"
        assert "{targets}" in keys["kms:EncryptionContext:aws:lambda:FunctionArn"]
        assert keys["kms:EncryptionContext:aws:lambda:EventSourceArn"].startswith("arn:")
        assert "kms:DescribeKey" not in statement.actions, "it has no encryption context"


REFERENCE = json.loads(
    (files("cfnlint.data") / "AdditionalSpecs" / "Policies.json").read_text(encoding="utf-8")
)
"""AWS's service authorization reference, as cfn-lint ships it."""


@pytest.mark.parametrize("statement", EVERY_STATEMENT, ids=lambda each: each.actions[0])
def test_every_action_is_one_of_iam_s_and_can_be_had_on_its_kind(statement: Statement) -> None:
    for action in statement.actions:
        service, name = action.split(":")
        assert name.lower() in REFERENCE[service]["Actions"], f"{action} is not an action of IAM"
        kinds = listed(REFERENCE[service]["Actions"][name.lower()].get("Resources", []))
        formats = [
            arn
            for kind in kinds
            for arn in listed(REFERENCE[service]["Resources"][kind.lower()]["ARNFormats"])
        ]
        arn = statement.kind.arn
        if arn.startswith("arn:"):
            assert any(alike(arn, each) for each in formats), f"{action} is never on {arn}"
        elif arn:
            assert arn == "*"


def alike(pattern: str, form: str) -> bool:
    """Whether an ARN pattern can mean ARNs of a form: the same service and type of resource."""
    ours, theirs = pattern.split(":", 5), form.split(":", 5)
    types = [each[5].replace(":", "/").split("/")[0] for each in (ours, theirs)]
    return ours[2] == theirs[2] and (types[0] == types[1] or types[1] in ("", ".*", "*"))


def test_what_is_on_anything_has_no_narrower_kind_or_says_why() -> None:
    for statement in EVERY_STATEMENT:
        for action in statement.actions:
            service, name = action.split(":")
            narrower = REFERENCE[service]["Actions"][name.lower()].get("Resources")
            if statement.kind.arn == "*" and narrower:
                assert action in {
                    "cloudwatch:DescribeAlarms",
                    "cloudwatch:GetMetricData",
                    "cloudformation:DescribeStackResources",
                }
