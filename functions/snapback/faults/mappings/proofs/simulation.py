"""What a role may do, by IAM's own simulation of its policies; nothing is called for real."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from snapback.model.effects import Answer, Call, Document

EVERYTHING = ("*",)
"""The resource to give for actions that have none in IAM."""


def simulate(
    role: str,
    actions: Sequence[str],
    resources: Sequence[str] = EVERYTHING,
    context: Mapping[str, str] | None = None,
) -> Call:
    """Ask for several actions at once."""
    params: dict[str, Any] = {
        "PolicySourceArn": role,
        "ActionNames": list(actions),
        "ResourceArns": list(resources),
    }
    if context:
        params["ContextEntries"] = [
            {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for name, value in context.items()
        ]
    return Call("iam", "SimulatePrincipalPolicy", params, gone=("NoSuchEntity",))


def denied(answer: Answer) -> Iterator[Document]:
    """The results that are not allowed."""
    for each in answer.body["EvaluationResults"]:
        if each["EvalDecision"] != "allowed":
            yield each


def uncertain(result: Document, role: str, resource: str = "") -> str:
    """Why a denial of a role may be the simulation's own, or an empty string.

    A simulation denies what depends on context that it was not given, what the policy of a resource
    in another account has to allow too, and what a service control policy with a condition is about.
    """
    crosses = _account(resource) not in ("", _account(role))
    if crosses and result["EvalDecision"] == "implicitDeny":
        return "it is in another account, whose policies a simulation does not see"
    seen = (result, *result.get("ResourceSpecificResults", ()))
    missing = dict.fromkeys(key for each in seen for key in each.get("MissingContextValues", ()))
    if missing:
        return f"its policies ask for {', '.join(missing)}, which a simulation does not have"
    if result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations") is False:
        return "a policy of its organization seems to forbid it"
    return ""


def _account(arn: str) -> str:
    """The account of an ARN; empty where it has none."""
    return arn.split(":")[4] if arn.startswith("arn:") else ""


def named(result: Document) -> str:
    """A denied action, and whether it is the permissions boundary that forbids it."""
    boundary = result.get("PermissionsBoundaryDecisionDetail", {})
    forbidden = boundary.get("AllowedByPermissionsBoundary") is False
    by = " (forbidden by its permissions boundary)" if forbidden else ""
    return f"{result['EvalActionName']}{by}"
