"""Does a CloudFormation stack own a mapping, and is that stack being changed right now?"""

from snapback.faults.mappings.delete.refusals import managed
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.model.effects import Call, Step
from snapback.model.findings import NOTHING, Findings, merged, warning

_NO_STACK = "ValidationError"
"""CloudFormation's answer for a physical id that no stack has."""


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
    resources = answer.body["StackResources"]
    owners = [each for each in resources if each.get("PhysicalResourceId") == subject.uuid]
    found = [_owned(subject, owner["StackName"]) for owner in owners]
    for owner in owners:
        found.append((yield from _at_rest(subject, owner["StackId"])))  # noqa: PERF401
    return merged(found)


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
