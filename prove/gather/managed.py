"""A mapping that a stack owns: whether it is refused, and what its stack says once it was recreated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from prove.evidence import Managed
from prove.gather.runs import ended, run, start
from prove.names import WORKLOAD
from prove.stacks import DEPLOY_SECONDS, described
from prove.world import OWNERS, World

OWNED = "Owned"
"""The logical id of the mapping."""


def managed(world: World) -> Iterator[Managed]:
    """Ask for it without and with allow_managed, then update it through its stack."""
    function = world.workload["ManagedName"]
    tags = _owners(world, function)
    refused = ended(
        world,
        start(world, "owned", function_name=function, event_uuids="all",
              total_chaos_duration=world.pace.hold),
    )  # fmt: skip
    said = refused.get("error") if refused["status"] == "FAILED" else ""
    done = run(world, "owned-anyway", function, allow_managed=True)
    kept = _owners(world, function)
    status, reason = _updated(world)
    yield Managed(
        tags=tags,
        refused=str(said or ""),
        run=done,
        lost_tags=tuple(each for each in tags if each not in kept),
        update=status,
        reason=reason,
    )


def _owners(world: World, function: str) -> tuple[str, ...]:
    """The names of the `aws:` tags of its one mapping."""
    [mapping] = world.mappings(function)
    functions = world.aws("lambda")
    try:
        tags: dict[str, str] = functions.list_tags(Resource=mapping["EventSourceMappingArn"])[
            "Tags"
        ]
    except functions.exceptions.ResourceNotFoundException:
        tags = {}
    return tuple(sorted(name for name in tags if name.startswith(OWNERS)))


def _updated(world: World) -> tuple[str, str]:
    """Change the mapping's batch size through its stack: the stack's status then, and why."""
    name = f"{world.name}-{WORKLOAD}"
    cloudformation = world.aws("cloudformation")
    changed = {"ParameterKey": "BatchSize", "ParameterValue": "6"}
    kept = [
        {"ParameterKey": each, "UsePreviousValue": True}
        for each in ("ExperimentMachineArn", "TopicArn")
    ]
    try:
        cloudformation.update_stack(
            StackName=name, UsePreviousTemplate=True, Parameters=[changed, *kept],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )  # fmt: skip
    except ClientError as error:
        return "REFUSED", world.account.masked(str(error.response["Error"]["Message"]))

    def look() -> str:
        stack = described(world.account, name)
        status = str(stack["StackStatus"]) if stack else "gone"
        return "" if status.endswith("_IN_PROGRESS") else status

    status = world.limit.until(look, "the update of a stack", DEPLOY_SECONDS, 2)
    return status, world.account.masked(_why(cloudformation, name))


def _why(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = (
        f"{each['ResourceStatus']}: {each.get('ResourceStatusReason', '')}"
        for each in events
        if each["LogicalResourceId"] == OWNED and each["ResourceStatus"].endswith("FAILED")
    )
    return next(failed, "")
