"""Does a CloudFormation stack own a mapping, and is that stack being changed right now?"""

from typing import Any

from snapback.faults.mappings.proofs.findings import (
    NOTHING,
    Findings,
    Subject,
    merged,
    problem,
    warning,
)
from snapback.faults.mappings.remaking import managed
from snapback.model.effects import Call, Step

_NO_STACK = "ValidationError"
"""What CloudFormation answers of a physical id that no stack has."""


def prove(subject: Subject) -> Step[Findings]:
    """No stack owns the mapping, or that is allowed; and its stack is at rest."""
    params = {"PhysicalResourceId": subject.uuid}
    answer = yield from Call("cloudformation", "DescribeStackResources", params)
    if answer.code == _NO_STACK:
        return NOTHING
    if not answer.done:
        return warning(
            f"CloudFormation could not be asked who owns the mappings ({answer.code}): only their "
            "tags were looked at."
        )
    owners = [each for each in answer.body["StackResources"] if _is_it(each, subject.uuid)]
    found = [_owned(subject, owner["StackName"]) for owner in owners]
    for owner in owners:
        found.append((yield from _at_rest(subject, owner["StackId"])))  # noqa: PERF401
    return merged(found)


def _is_it(resource: dict[str, Any], uuid: str) -> bool:
    return resource.get("PhysicalResourceId") == uuid


def _owned(subject: Subject, stack: str) -> Findings:
    if not subject.deletes:
        return NOTHING
    if not subject.allow_managed:
        return problem(subject.uuid, managed(stack))
    return warning(
        f"CloudFormation stack {stack} loses mapping {subject.uuid}: its next update of it fails "
        "until the new one is imported. The report says how; disable-mappings would avoid it."
    )


def _at_rest(subject: Subject, stack_id: str) -> Step[Findings]:
    answer = yield from Call("cloudformation", "DescribeStacks", {"StackName": stack_id})
    if not answer.done:
        return warning(
            f"Whether stack {stack_id} is being changed could not be checked ({answer.code})."
        )
    for stack in answer.body["Stacks"]:
        if stack["StackStatus"].endswith("_IN_PROGRESS"):
            return problem(
                subject.uuid,
                f"belongs to stack {stack['StackName']}, which is {stack['StackStatus']}; wait "
                "until that is over",
            )
    return NOTHING
