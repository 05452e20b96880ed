"""Does a CloudFormation stack own a mapping, and is that stack being changed right now?"""

from collections.abc import Collection, Mapping, Sequence
from math import ceil

from snapback.faults.mappings.delete.refusals import managed
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.model.effects import Answer, Call, Document, Step
from snapback.model.findings import NOTHING, Findings, merged, warning

_NO_STACK = "ValidationError"
"""CloudFormation's answer for a physical id that no stack has, and for a stack that is gone."""

_FEW = 4
"""So many mappings are asked for one by one: a list of all stacks takes more requests."""

_PAGE_OF_STACKS = 100

type Owners = Mapping[str, Answer]
"""The resources of stacks that each mapping is, by its UUID; or why nobody could tell."""


def look(uuids: Sequence[str]) -> Step[Owners]:
    """Ask who owns mappings: stack by stack where there are fewer of these, else one by one."""
    owned = (yield from _in_stacks(frozenset(uuids))) if len(uuids) > _FEW else None
    if owned is not None:
        return {uuid: Answer(body={"StackResources": owned.get(uuid, [])}) for uuid in uuids}
    owners = {}
    for uuid in uuids:
        params = {"PhysicalResourceId": uuid}
        owners[uuid] = yield from Call("cloudformation", "DescribeStackResources", params)
    return owners


def _in_stacks(uuids: Collection[str]) -> Step[dict[str, list[Document]] | None]:
    """The resources of all stacks that are these mappings; None if that takes more or is refused."""
    stacks = yield from _stacks(len(uuids))
    if stacks is None:
        return None
    owned: dict[str, list[Document]] = {}
    for stack in stacks:
        listed = yield from _resources(stack["StackId"])
        if listed is None:
            return None
        owner = {"StackName": stack["StackName"], "StackId": stack["StackId"]}
        for each in listed:
            if (uuid := each.get("PhysicalResourceId", "")) in uuids:
                owned.setdefault(uuid, []).append({**each, **owner})
    return owned


def _stacks(fewer_than: int) -> Step[list[Document] | None]:
    """Every stack that is there; None if they are too many or cannot be listed.

    Stacks that were deleted lately are listed too, so there may be many pages of them.
    """
    params: dict[str, str] = {}
    stacks: list[Document] = []
    for _ in range(ceil(fewer_than / _PAGE_OF_STACKS)):
        answer = yield from Call("cloudformation", "ListStacks", params)
        if not answer.done:
            return None
        summaries = answer.body["StackSummaries"]
        stacks += [each for each in summaries if each["StackStatus"] != "DELETE_COMPLETE"]
        if len(stacks) >= fewer_than:
            return None
        if not (token := answer.body.get("NextToken")):
            return stacks
        params = {"NextToken": token}
    return None


def _resources(stack_id: str) -> Step[list[Document] | None]:
    """Every resource of a stack; None if they cannot be listed."""
    params = {"StackName": stack_id}
    listed: list[Document] = []
    while True:
        answer = yield from Call("cloudformation", "ListStackResources", params)
        if answer.code == _NO_STACK:
            return listed
        if not answer.done:
            return None
        listed += answer.body["StackResourceSummaries"]
        if not (token := answer.body.get("NextToken")):
            return listed
        params = {"StackName": stack_id, "NextToken": token}


def prove(subject: Subject, answer: Answer) -> Step[Findings]:
    """No stack owns the mapping, or that is allowed; and its stack is at rest."""
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
