"""Finds what runs have left: only what has a name that the kit gives, and its tag where it can have one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from prove.account import Account
from prove.names import TAG, run_of_bucket, run_of_stack
from prove.stacks import outputs

MACHINE = "ExperimentStateMachineArn"
RUN_SECONDS = 2 * 3600
"""No run takes longer: its guard ends it before."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of a run."""

    name: str
    region: str
    status: str
    made_at: float
    machine: str
    """The machine of the experiments, if it has one."""


@dataclass
class Run:
    """What is there of a run."""

    name: str
    stacks: list[Stack] = field(default_factory=list)
    buckets: list[tuple[str, str]] = field(default_factory=list)
    """Each with its Region."""
    tagged: int = 0
    """How many other things have its tag."""

    def regions(self, account: Account) -> tuple[str, ...]:
        """Where anything of it can be: the Regions that were given, and those of its buckets."""
        own = (*(region for _, region in self.buckets), *(each.region for each in self.stacks))
        return tuple(dict.fromkeys((account.region, account.other_region, *own)))

    def told(self, account: Account) -> str:
        """What of it there is."""
        parts = [f"stack {each.name} in {each.region} ({each.status})" for each in self.stacks]
        parts += [f"bucket {account.masked(name)}" for name, _ in self.buckets]
        if self.tagged:
            parts.append(f"{self.tagged} resources with its tag")
        return f"{self.name}: {', '.join(parts)}"


def found_runs(account: Account) -> dict[str, Run]:
    """All runs that have left something, by name: by stack, by bucket and by tag."""
    runs: dict[str, Run] = {}
    for name, run, region in buckets(account):
        runs.setdefault(run, Run(run)).buckets.append((name, region))
    given = (account.region, account.other_region)
    known = (region for run in runs.values() for _, region in run.buckets)
    for region in dict.fromkeys((*given, *known)):
        for stack in stacks(account, region):
            run = run_of_stack(stack.name)
            runs.setdefault(run, Run(run)).stacks.append(stack)
        for name in tagged(account, region):
            runs.setdefault(name, Run(name)).tagged += 1
    return runs


def buckets(account: Account) -> Iterator[tuple[str, str, str]]:
    """`(bucket, run, Region)` of every bucket that has the name of a run's."""
    for each in account.client("s3").list_buckets()["Buckets"]:
        run, region = run_of_bucket(each["Name"], account.account_id)
        if run:
            yield str(each["Name"]), run, region


def stacks(account: Account, region: str) -> Iterator[Stack]:
    """Every stack with the name and the tag of a run."""
    for page in (
        account.client("cloudformation", region).get_paginator("describe_stacks").paginate()
    ):
        for each in page["Stacks"]:
            run = run_of_stack(each["StackName"])
            here = each["StackStatus"] != "DELETE_COMPLETE"
            if here and run and {"Key": TAG, "Value": run} in each.get("Tags", ()):
                yield Stack(
                    each["StackName"],
                    region,
                    each["StackStatus"],
                    each["CreationTime"].timestamp(),
                    outputs(each).get(MACHINE, ""),
                )


def tagged(account: Account, region: str) -> Iterator[str]:
    """The run of each resource that has the kit's tag."""
    pages = account.client("resourcegroupstaggingapi", region).get_paginator("get_resources")
    for page in pages.paginate(TagFilters=[{"Key": TAG}]):
        for each in page["ResourceTagMappingList"]:
            value = next(tag["Value"] for tag in each["Tags"] if tag["Key"] == TAG)
            if run_of_stack(value) == value:
                yield str(value)


def in_progress(account: Account, run: Run) -> str:
    """Why a run may still be going on; empty if nothing says so."""
    signs = [f"{each.name} is {each.status}" for each in run.stacks if "IN_PROGRESS" in each.status]
    if any(each.machine and _running(account, each) for each in run.stacks):
        signs.append("an experiment of it is running")
    age = min((time.time() - each.made_at for each in run.stacks), default=RUN_SECONDS)
    if age < RUN_SECONDS:
        signs.append(f"a stack of it was made {age / 60:.0f} minutes ago")
    return ", ".join(signs)


def _running(account: Account, stack: Stack) -> bool:
    found = account.client("stepfunctions", stack.region).list_executions(
        stateMachineArn=stack.machine, statusFilter="RUNNING", maxResults=1
    )
    return bool(found["executions"])
