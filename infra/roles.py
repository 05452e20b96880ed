"""Roles made from the table of permissions, with the table's reason for every wildcard."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Acknowledgment, Aws, Stack, Validations
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.permissions import EVERY_HANDLER, USES_TABLE_KEY, collected, uses_table
from infra.settings import Settings
from snapback.protocol.permissions import Kind, Statement


def handler_role(
    scope: Construct, module: str, known: Mapping[str, tuple[str, ...]], settings: Settings
) -> iam.Role:
    """The role of a handler module; `known` gives the ARNs of the stack's own resources."""
    key = (USES_TABLE_KEY,) if settings.table_key_arn and uses_table(module) else ()
    return role_of(
        scope,
        (*EVERY_HANDLER, *key, *collected(module, settings.faults)),
        iam.ServicePrincipal("lambda.amazonaws.com"),
        known,
        settings,
    )


def role_of(
    scope: Construct,
    statements: Sequence[Statement],
    principal: iam.IPrincipal,
    known: Mapping[str, tuple[str, ...]],
    settings: Settings,
    name: str | None = None,
) -> iam.Role:
    """A role that may do what the statements say; with a name of its own where one is given."""
    arns = {each.kind: _arns_of(each.kind, known, settings) for each in statements}
    policy = iam.PolicyDocument(
        statements=[_statement(each, arns[each.kind], settings) for each in statements],
        minimize=True,
    )
    role = iam.Role(
        scope,
        "Role",
        role_name=name,
        assumed_by=principal,
        inline_policies={"Permissions": policy},
    )
    acknowledge_wildcards(
        role,
        {
            arn: statement.reason
            for statement in statements
            for arn in arns[statement.kind]
            if "*" in arn
        },
    )
    return role


def acknowledge_wildcards(construct: Construct, reasons: Mapping[str, str]) -> None:
    """Accept cdk-nag's finding on each wildcard ARN for the reason given with it."""
    for arn, reason in reasons.items():
        finding = f"AwsSolutions-IAM5[Resource::{_flat(Stack.of(construct).resolve(arn))}]"
        Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def _flat(value: Any) -> str:
    """A resolved ARN as cdk-nag writes it: `arn:<AWS::Partition>:lambda:*`."""
    match value:
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(_flat, parts))
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Ref": name}:
            return f"<{name}>"
    return str(value)


def _arns_of(
    kind: Kind, known: Mapping[str, tuple[str, ...]], settings: Settings
) -> tuple[str, ...]:
    """The ARNs of a kind; KeyError for one of the stack's own where they are not known."""
    return _filled(kind.arn, settings) if kind.arn else known[kind.name]


def _statement(
    statement: Statement, arns: tuple[str, ...], settings: Settings
) -> iam.PolicyStatement:
    conditions: dict[str, dict[str, list[str]]] = {}
    for each in statement.conditions:
        conditions.setdefault(each.operator, {})[each.key] = list(_filled(each.value, settings))
    return iam.PolicyStatement(
        actions=list(statement.actions), resources=list(arns), conditions=conditions
    )


def _filled(pattern: str, settings: Settings) -> tuple[str, ...]:
    """The pattern's ARNs: a function that is named in full is meant with any qualifier too."""
    targets = settings.target_functions
    names = [targets] if targets.endswith("*") else [targets, f"{targets}:*"]
    arn = (
        pattern.replace("{partition}", Aws.PARTITION)
        .replace("{account}", Aws.ACCOUNT_ID)
        .replace("{stack}", settings.stack_name)
    )
    return tuple(dict.fromkeys(arn.replace("{targets}", name) for name in names))
