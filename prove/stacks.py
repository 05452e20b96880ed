"""Deploys and removes stacks through CloudFormation; the lab and AWS take the same calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from prove.account import Account
from prove.assembly import Assembly
from prove.limit import Limit
from prove.names import TAG

DEPLOY_SECONDS = 1800
REMOVE_SECONDS = 1800
DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
LOOK_SECONDS = 5
ABSENT = "ValidationError"
"""What CloudFormation answers to the name of a stack that does not exist."""

type Outputs = dict[str, str]
type Look = Callable[[], object]


class StackFailed(Exception):
    """A stack did not come to be, or did not go."""

    def __init__(self, name: str, status: str, reasons: str) -> None:
        """Say what CloudFormation says."""
        super().__init__(f"stack {name}: {status}; {reasons or 'no reason was given'}")


def make_bucket(account: Account, name: str, bucket: str, region: str) -> None:
    """A private bucket, tagged as the run's."""
    s3 = account.client("s3", region)
    where = {} if region == "us-east-1" else {"LocationConstraint": region}
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        asked = {"CreateBucketConfiguration": where} if where else {}
        s3.create_bucket(Bucket=bucket, **asked)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": TAG, "Value": name}]})


def deploy(
    assembly: Assembly,
    artifact: str,
    region: str,
    limit: Limit,
    parameters: Mapping[str, str] | None = None,
) -> Outputs:
    """Upload a stack's files, create it, and wait until it is there; answers its outputs."""
    account, name = assembly.account, assembly.stack_name(artifact)
    s3 = account.client("s3", region)
    for bucket, key, body in assembly.files(artifact, region):
        limit.look()
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    limit.look()
    account.client("cloudformation", region).create_stack(
        StackName=name,
        TemplateURL=assembly.template_url(artifact, region),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=[{"Key": key, "Value": value} for key, value in assembly.tags(artifact).items()],
        Parameters=_parameters(parameters),
        OnFailure="DO_NOTHING",
    )
    return outputs(settled(account, name, region, limit))


def _parameters(given: Mapping[str, str] | None) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in (given or {}).items()]


def settled(account: Account, name: str, region: str, limit: Limit) -> Mapping[str, Any]:
    """A stack that is created or updated; raises StackFailed with CloudFormation's reasons."""

    def look() -> Mapping[str, Any] | None:
        found = described(account, name, region)
        if found is None:
            raise StackFailed(name, "gone", "")
        return None if found["StackStatus"].endswith("_IN_PROGRESS") else found

    stack = limit.until(look, f"stack {name}", DEPLOY_SECONDS, _step(account))
    assert stack is not None  # noqa: S101  # `until` answers what is true
    if stack["StackStatus"] not in DONE:
        raise StackFailed(name, stack["StackStatus"], failures(account, name, region))
    return stack


def outputs(stack: Mapping[str, Any]) -> Outputs:
    """The outputs of a stack by name."""
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}


def described(account: Account, name: str, region: str = "") -> Mapping[str, Any] | None:
    """A stack that has this name or id, if there is one."""
    cloudformation = account.client("cloudformation", region)
    try:
        [found] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == ABSENT:
            return None
        raise
    gone = found["StackStatus"] == "DELETE_COMPLETE"
    return None if gone else dict(found)


def failures(account: Account, name: str, region: str = "") -> str:
    """Why resources of a stack failed, the first one first."""
    events = account.client("cloudformation", region).describe_stack_events(StackName=name)
    said = [
        f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason', '')}"
        for each in reversed(events["StackEvents"])
        if each["ResourceStatus"].endswith("_FAILED")
    ]
    return "; ".join(said[:5])


def remove(
    account: Account, name: str, region: str, limit: Limit, meanwhile: Look = lambda: None
) -> str:
    """Delete a stack and wait until it is gone; answers its last status.

    `meanwhile` is called at every look.
    """
    found = described(account, name, region)
    if found is None:
        return "DELETE_COMPLETE"
    stack_id = found["StackId"]
    account.client("cloudformation", region).delete_stack(StackName=name)

    def look() -> str:
        meanwhile()
        left = described(account, stack_id, region)
        if left is None:
            return "DELETE_COMPLETE"
        status = str(left["StackStatus"])
        return "" if status.endswith("_IN_PROGRESS") else status

    return limit.until(look, f"the removal of {name}", REMOVE_SECONDS, _step(account))


def _step(account: Account) -> float:
    return 0.5 if account.on_lab else LOOK_SECONDS
