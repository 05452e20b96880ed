"""What a role may do, by IAM's own simulation of its policies; nothing is called for real."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from snapback.model.effects import Answer, Call, Document, Outcome, Step

EVERYTHING = ("*",)
"""The resource to give for actions that have none in IAM."""

_AT_ONCE = 50
"""How many resources are asked for in one request; IAM documents no limit."""

_SPOILED = ("InvalidInput", "ValidationError")
"""How IAM refuses a request for one resource that it cannot read, or for too many of them."""


def simulate(
    role: str,
    actions: Sequence[str],
    resources: Sequence[str] = EVERYTHING,
    context: Mapping[str, str] | None = None,
) -> Step[Answer]:
    """Ask for several actions at once; all pages are one answer, and so is the first refusal."""
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
    results: list[Document] = []
    while True:
        answer = yield from Call("iam", "SimulatePrincipalPolicy", params, gone=("NoSuchEntity",))
        if not answer.done:
            return answer
        results += answer.body["EvaluationResults"]
        if not answer.body.get("IsTruncated"):
            return Answer(body={"EvaluationResults": results})
        params = {**params, "Marker": answer.body["Marker"]}


def simulate_each(
    role: str, actions: Sequence[str], resources: Sequence[str]
) -> Step[dict[str, Answer]]:
    """Ask for the same actions on many resources, and answer for each as if it were asked alone.

    One that spoils the request for the others, or of which too little is said, is asked alone.
    """
    answers: dict[str, Answer] = {}
    for some in batched(resources, _AT_ONCE):
        found = yield from simulate(role, actions, some)
        for resource in some:
            own = found if len(some) == 1 else _of(found, actions, resource)
            answers[resource] = own or (yield from simulate(role, actions, (resource,)))
    return answers


def _of(answer: Answer, actions: Sequence[str], resource: str) -> Answer | None:
    """What a simulation of several resources says of one; None if that is not all it should say."""
    if not answer.done:
        spoiled = answer.outcome is Outcome.UNKNOWN or answer.code in _SPOILED
        return None if spoiled else answer
    results = [
        _on(each, specific)
        for each in answer.body["EvaluationResults"]
        for specific in each.get("ResourceSpecificResults", ())
        if specific["EvalResourceName"] == resource
    ]
    complete = {each["EvalActionName"] for each in results} == set(actions)
    return Answer(body={"EvaluationResults": results}) if complete else None


def _on(result: Document, specific: Document) -> Document:
    """The result of an action on one resource; the context that all of them miss together is not its own."""
    decision = specific["EvalResourceDecision"]
    own = {name: each for name, each in result.items() if name != "MissingContextValues"}
    return {**own, **specific, "EvalDecision": decision, "ResourceSpecificResults": [specific]}


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
