"""What policies and statements permit, as sets that can be compared."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from snapback.protocol.permissions import Statement

OWN = "(own)"
"""Stands for any resource of the stack's own, whose ARN refers to it."""

PSEUDO = {"AWS::Partition": "{partition}", "AWS::AccountId": "{account}"}


class Right(NamedTuple):
    """One action on one kind of resource under a condition."""

    action: str
    resource: str
    condition: str


def in_policy(statements: Iterable[Mapping[str, Any]]) -> set[Right]:
    """The rights that the statements of a template's policy give."""
    return {
        Right(action, OWN if OWN in resource else resource, _written(each.get("Condition", {})))
        for each in statements
        for action in listed(each["Action"])
        for resource in map(_written, listed(each["Resource"]))
    }


def in_rows(statements: Iterable[Statement]) -> set[Right]:
    """The same of statements as values, for a stack of the default name whose targets are every function."""
    return {
        Right(action, _every(each.kind.arn) or OWN, _condition(each))
        for each in statements
        for action in each.actions
    }


def listed(value: Any) -> list[Any]:
    """What IAM and AWS's reference write as one value or as a list of them."""
    return value if isinstance(value, list) else [value]


def _written(value: Any) -> str:
    match value:
        case {"Fn::Join": [_, parts]}:
            return "".join(map(_written, parts))
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            return PSEUDO.get(name, OWN)
        case dict():
            return " ".join(f"{key} {_written(each)}" for key, each in sorted(value.items()))
        case list():
            return " ".join(map(_written, value))
    return str(value)


def _condition(statement: Statement) -> str:
    by_operator: dict[str, dict[str, str]] = {}
    for each in statement.conditions:
        by_operator.setdefault(each.operator, {})[each.key] = _every(each.value)
    return _written(by_operator)


def _every(pattern: str) -> str:
    return pattern.replace("{targets}", "*").replace("{stack}", "Snapback")
