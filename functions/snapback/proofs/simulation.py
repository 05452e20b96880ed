"""What a role may do, by IAM's own simulation of its policies; nothing is called for real."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from snapback.effects import Answer, Call

_LIMITS = {
    "OrganizationsDecisionDetail": ("AllowedByOrganizations", "its organization"),
    "PermissionsBoundaryDecisionDetail": (
        "AllowedByPermissionsBoundary",
        "its permissions boundary",
    ),
}


def simulate(
    role: str,
    actions: Sequence[str],
    resources: Sequence[str] = (),
    context: Mapping[str, str] | None = None,
) -> Call:
    """Ask for several actions at once, on `*` unless resources are named."""
    params: dict[str, Any] = {"PolicySourceArn": role, "ActionNames": list(actions)}
    if resources:
        params["ResourceArns"] = list(resources)
    if context:
        params["ContextEntries"] = [
            {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for name, value in context.items()
        ]
    return Call("iam", "SimulatePrincipalPolicy", params)


def denied(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """The results that are not allowed."""
    for each in answer.body["EvaluationResults"]:
        if each["EvalDecision"] != "allowed":
            yield each


def named(result: Mapping[str, Any]) -> str:
    """A denied action, and what beside the role's own policies forbids it, if that is told."""
    by = [
        who
        for detail, (allowed, who) in _LIMITS.items()
        if result.get(detail, {}).get(allowed) is False
    ]
    action = str(result["EvalActionName"])
    return f"{action} (forbidden by {' and '.join(by)})" if by else action
