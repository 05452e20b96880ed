"""Removes what a run made, and nothing else; open experiments are restored first, by the guard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from prove.account import Account
from prove.emptying import empty
from prove.finding import Run, Stack, buckets, stacks
from prove.limit import Limit, Stopped
from prove.rows.operations import GUARD
from prove.stacks import described, failures, outputs, remove

ATTEMPTS = 4
"""How often a stack is deleted again: a guard refuses while an experiment is still being restored."""
PATIENCE_SECONDS = 3600
BUSY = "ResourceInUseException"
BESIDE = 4
"""How many stacks are removed beside each other."""
TROUBLE = (ClientError, BotoCoreError, TimeoutError, Stopped)

type Say = Callable[[str], object]


def unhurried() -> Limit:
    """No limit but patience: clean-up goes on where the run was stopped."""
    return Limit(PATIENCE_SECONDS, float("inf"), 0, 0)


def clean(account: Account, name: str, say: Say) -> list[str]:
    """Remove a run; answers what is left of it, which is nothing if all went well."""
    own = [(bucket, region) for bucket, run, region in buckets(account) if run == name]
    regions = Run(name, buckets=own).regions(account)
    found = [
        stack
        for region in regions
        for stack in stacks(account, region)
        if stack.name == name or stack.name.startswith(f"{name}-")
    ]
    product = [each for each in found if each.name == name]
    left = [said for each in product for said in _remove(account, each, say)]
    held = _held(account, product) if left else set()
    others = [each for each in found if each.name != name]
    kept = [each for each in others if any(f"{each.name}-" in function for function in held)]
    left += [f"stack {each.name} in {each.region}: an open experiment needs it" for each in kept]
    going = [each for each in others if each not in kept]
    for region in regions:
        left += _delete_mappings(account, name, region, kept)
    with ThreadPoolExecutor(BESIDE) as side:
        for said in side.map(lambda each: list(_remove(account, each, say)), going):
            left += said
    if left:  # its buckets say where it is; they go last
        return left + [f"bucket {account.masked(bucket)}" for bucket, _ in own]
    for bucket, region in own:
        left += _remove_bucket(account, bucket, region, say)
    for region in regions:
        _delete_log_groups(account, name, region)
    return left


def _held(account: Account, product: Iterable[Stack]) -> set[str]:
    """The functions to which open experiments are still to give back what they took.

    None where the guard's resource is gone: it goes only once everything is back.
    """
    return {
        function
        for each in product
        if _has_guard(account, each)
        for function in _open_functions(account, each)
    }


def _has_guard(account: Account, stack: Stack) -> bool:
    return any(
        each["ResourceType"] == GUARD and each["ResourceStatus"] != "DELETE_COMPLETE"
        for each in _resources(account, stack)
    )


def _open_functions(account: Account, stack: Stack) -> Iterator[str]:
    found = described(account, stack.name, stack.region)
    table = outputs(found or {}).get("TableName")
    if not table:
        return
    client = account.client("dynamodb", stack.region)
    try:
        for page in client.get_paginator("scan").paginate(
            TableName=table,
            FilterExpression="attribute_exists(#open)",
            ExpressionAttributeNames={"#open": "open"},
            ConsistentRead=True,
        ):
            for item in page["Items"]:
                yield str(item["experiment"]["M"]["function_name"]["S"])
    except client.exceptions.ResourceNotFoundException:
        return


def _remove(account: Account, stack: Stack, say: Say) -> Iterator[str]:
    say(f"removing {stack.name} in {stack.region} ...")
    status = ""
    try:
        owned = _bucket_names(account, stack)

        def make_empty() -> None:
            for each in owned:
                empty(account, each, stack.region)

        for _ in range(ATTEMPTS):
            status = remove(account, stack.name, stack.region, unhurried(), make_empty)
            if status == "DELETE_COMPLETE":
                return
        why = f"is {status}: {failures(account, stack.name, stack.region)}"
    except TROUBLE as error:  # the other stacks must go all the same
        why = account.masked(f"could not be removed: {error}")
    yield f"stack {stack.name} in {stack.region} {why}"


def _resources(account: Account, stack: Stack) -> Iterator[dict[str, str]]:
    client = account.client("cloudformation", stack.region)
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack.name):
        yield from page["StackResourceSummaries"]


def _bucket_names(account: Account, stack: Stack) -> list[str]:
    return [
        each["PhysicalResourceId"]
        for each in _resources(account, stack)
        if each["ResourceType"] == "AWS::S3::Bucket" and each.get("PhysicalResourceId")
    ]


def _delete_mappings(
    account: Account, name: str, region: str, kept: Iterable[Stack]
) -> Iterator[str]:
    """Delete every mapping of a function of the run, except those that a kept stack needs."""
    functions = account.client("lambda", region)
    spared = tuple(f":function:{each.name}-" for each in kept)
    try:
        for page in functions.get_paginator("list_event_source_mappings").paginate():
            for each in page["EventSourceMappings"]:
                arn = each.get("FunctionArn", "")
                if f":function:{name}-" in arn and not any(one in arn for one in spared):
                    unhurried().until(
                        lambda uuid=each["UUID"]: _deleted(functions, uuid),  # type: ignore[misc]
                        "a mapping to delete",
                        300,
                    )
    except TROUBLE as error:
        yield account.masked(f"mappings in {region}: {error}")


def _deleted(functions: object, uuid: str) -> bool:
    try:
        functions.delete_event_source_mapping(UUID=uuid)  # type: ignore[attr-defined]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in (BUSY, "ResourceNotFoundException"):
            raise
        return bool(code != BUSY)
    return True


def _remove_bucket(account: Account, bucket: str, region: str, say: Say) -> Iterator[str]:
    say(f"removing {account.masked(bucket)} ...")
    try:
        empty(account, bucket, region)
        account.client("s3", region).delete_bucket(Bucket=bucket)
    except ClientError as error:
        yield f"bucket {account.masked(bucket)}: {error.response['Error']['Code']}"


def _delete_log_groups(account: Account, name: str, region: str) -> None:
    """What functions wrote to groups that no stack has."""
    logs = account.client("logs", region)
    pages = logs.get_paginator("describe_log_groups")
    groups = [
        each["logGroupName"]
        for page in pages.paginate(logGroupNamePrefix=f"/aws/lambda/{name}-")
        for each in page["logGroups"]
    ]
    for group in groups:
        logs.delete_log_group(logGroupName=group)
