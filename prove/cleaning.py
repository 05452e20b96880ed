"""Removes what a run made, by its name and its tag; open experiments are restored first, by the guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from botocore.exceptions import ClientError

from prove.account import Account
from prove.emptying import empty
from prove.limit import Limit
from prove.names import PREFIX, TAG
from prove.stacks import failures, remove

ATTEMPTS = 4
"""How often a stack is deleted again: a guard refuses while an experiment is still being restored."""
PATIENCE_SECONDS = 3600
BUSY = "ResourceInUseException"

type Say = Callable[[str], object]


def unhurried() -> Limit:
    """No limit but patience: clean-up goes on where the run was stopped."""
    return Limit(PATIENCE_SECONDS, float("inf"), 0, 0)


def found_runs(account: Account) -> set[str]:
    """The names of all runs that have left something: by stack, by bucket and by tag."""
    names = {name.split("-")[0] for name in _stacks(account, account.region)}
    names |= {name.split("-")[0] for name in _stacks(account, account.other_region)}
    lower = {name.split("-")[0] for name in _buckets(account, PREFIX.lower())}
    names |= {PREFIX + each.removeprefix(PREFIX.lower()) for each in lower}
    return names | _tagged(account)


def _tagged(account: Account) -> set[str]:
    """The values of the kit's tag, wherever it is."""
    names: set[str] = set()
    for region in (account.region, account.other_region):
        pages = account.client("resourcegroupstaggingapi", region).get_paginator("get_resources")
        for page in pages.paginate(TagFilters=[{"Key": TAG}]):
            names |= {
                tag["Value"]
                for each in page["ResourceTagMappingList"]
                for tag in each["Tags"]
                if tag["Key"] == TAG
            }
    return {name for name in names if name.startswith(PREFIX)}


def clean(account: Account, name: str, say: Say, limit: Limit | None = None) -> list[str]:
    """Remove a run; answers what is left of it, which is nothing if all went well."""
    limit = limit or unhurried()
    left = list(_remove(account, name, account.region, limit, say))
    if left:
        return left  # its workload is what an open experiment is put back to
    for region in (account.region, account.other_region):
        _delete_mappings(account, name, region, limit)
        for stack in sorted(_stacks(account, region)):
            if stack.startswith(f"{name}-"):
                left += _remove(account, stack, region, limit, say)
    left += _remove_buckets(account, name, say)
    for region in (account.region, account.other_region):
        _delete_log_groups(account, name, region)
    return left


def _remove(account: Account, stack: str, region: str, limit: Limit, say: Say) -> Iterator[str]:
    if stack not in set(_stacks(account, region)):
        return
    say(f"removing {stack} ...")
    status = ""
    for _ in range(ATTEMPTS):
        status = remove(account, stack, region, limit, lambda: _empty_reports(account, stack))
        if status == "DELETE_COMPLETE":
            return
    yield f"stack {stack} in {region} is {status}: {failures(account, stack, region)}"


def _empty_reports(account: Account, stack: str) -> None:
    for bucket in _buckets(account, f"{stack.lower()}-reports"):
        empty(account, bucket)


def _stacks(account: Account, region: str) -> Iterator[str]:
    pages = account.client("cloudformation", region).get_paginator("describe_stacks")
    for page in pages.paginate():
        for each in page["Stacks"]:
            here = each["StackStatus"] != "DELETE_COMPLETE"
            if here and each["StackName"].startswith(PREFIX):
                yield str(each["StackName"])


def _delete_mappings(account: Account, name: str, region: str, limit: Limit) -> None:
    """Delete every mapping of a function of the run; those of its stacks go as well."""
    functions = account.client("lambda", region)
    for page in functions.get_paginator("list_event_source_mappings").paginate():
        for each in page["EventSourceMappings"]:
            if f":function:{name}-" in each["FunctionArn"]:
                limit.until(
                    lambda uuid=each["UUID"]: _deleted(functions, uuid),  # type: ignore[misc]
                    "a mapping to delete",
                    300,
                )


def _deleted(functions: object, uuid: str) -> bool:
    try:
        functions.delete_event_source_mapping(UUID=uuid)  # type: ignore[attr-defined]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in (BUSY, "ResourceNotFoundException"):
            raise
        return bool(code != BUSY)
    return True


def _buckets(account: Account, prefix: str) -> list[str]:
    found = account.client("s3").list_buckets()["Buckets"]
    return [str(each["Name"]) for each in found if each["Name"].startswith(prefix)]


def _remove_buckets(account: Account, name: str, say: Say) -> Iterator[str]:
    for bucket in _buckets(account, f"{name.lower()}-"):
        there = account.client("s3").get_bucket_location(Bucket=bucket)["LocationConstraint"]
        region = there or "us-east-1"
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
