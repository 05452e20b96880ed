"""What only needs to be asked: the account's concurrency, and things that do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from prove.evidence import Absence, Absences, Limits
from prove.world import World

NEVER = "snapback-proof-of-nothing"


def limits(world: World) -> Iterator[Limits]:
    """The account's concurrency."""
    found = world.aws("lambda").get_account_settings().get("AccountLimit", {})
    yield Limits(found.get("ConcurrentExecutions"), found.get("UnreservedConcurrentExecutions"))


def absences(world: World) -> Iterator[Absences]:
    """Ask each service for something that does not exist."""
    number, region = world.account.account_id, world.account.region
    cluster = (
        f"arn:aws:kafka:{region}:{number}:cluster/{NEVER}/00000000-0000-0000-0000-000000000000-1"
    )
    asked: tuple[tuple[str, str, dict[str, Any], tuple[str, ...]], ...] = (
        ("kafka", "describe_cluster_v2", {"ClusterArn": cluster}, ("NotFoundException",)),
        ("mq", "describe_broker", {"BrokerId": f"b-{NEVER}"}, ("NotFoundException",)),
        (
            "docdb",
            "describe_db_clusters",
            {"DBClusterIdentifier": NEVER},
            ("DBClusterNotFoundFault",),
        ),
        (
            "ec2",
            "describe_subnets",
            {"SubnetIds": ["subnet-00000000000000000"]},
            ("InvalidSubnetID.NotFound",),
        ),
        (
            "ec2",
            "describe_security_groups",
            {"GroupIds": ["sg-00000000000000000"]},
            ("InvalidGroup.NotFound",),
        ),
        ("s3", "get_bucket_location", {"Bucket": f"{NEVER}-{number}"}, ("NoSuchBucket",)),
    )
    yield Absences(tuple(_asked(world, *each) for each in asked))


def _asked(
    world: World, service: str, operation: str, params: dict[str, Any], known: tuple[str, ...]
) -> Absence:
    try:
        getattr(world.aws(service), operation)(**params)
    except ClientError as error:
        return Absence(service, operation, str(error.response["Error"]["Code"]), known)
    except BotoCoreError as error:
        return Absence(service, operation, type(error).__name__, known)
    return Absence(service, operation, "found", known)
