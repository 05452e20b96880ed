"""The boto3 clients, made once per service, Region and role."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 5},
)
_SINGLE_ATTEMPT = Config(
    connect_timeout=5,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 1},
)
_CHANGING = ("Create", "Update", "Delete", "Put", "Start")


@cache
def session(region: str | None, role_arn: str | None) -> boto3.Session:
    """A session in a Region, as a role where one is named."""
    if role_arn is None:
        return boto3.Session(region_name=region)
    assumed = boto3.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="snapback")
    credentials = assumed["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region,
    )


@cache
def client(service: str, operation: str, region: str | None, role_arn: str | None) -> Any:
    """A client for one operation: what changes something is attempted once, a read is retried."""
    config = _SINGLE_ATTEMPT if operation.startswith(_CHANGING) else _CONFIG
    return session(region, role_arn).client(service, config=config)
