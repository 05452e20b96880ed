"""The boto3 clients, made once per service, Region and role."""

from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials

from aws import lambda_model

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
_IN_A_HURRY = Config(
    connect_timeout=2,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 1},
)


class Place(NamedTuple):
    """Where calls go: a Region, and a role to assume with its external id; None is the stack's own.

    In a hurry, each request is tried once and for a short time.
    """

    region: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    in_a_hurry: bool = False


HOME = Place()
"""The stack's own account and Region."""


@cache
def session(place: Place) -> boto3.Session:
    """A session in a Region, as a role where one is named; it makes no request by itself."""
    if place.role_arn is None:
        return boto3.Session(region_name=place.region)
    assumed = botocore.session.get_session()
    credentials = DeferredRefreshableCredentials(lambda: _assume(place), "assume-role")
    found = SimpleNamespace(load_credentials=lambda: credentials)
    assumed.register_component("credential_provider", found)
    home = boto3.Session().region_name
    return boto3.Session(botocore_session=assumed, region_name=place.region or home)


def _assume(place: Place) -> dict[str, Any]:
    """Fresh credentials of a role; asked for before the first call and well before they expire."""
    asked = {"RoleArn": place.role_arn, "RoleSessionName": "snapback"}
    if place.external_id:
        asked["ExternalId"] = place.external_id
    sts = boto3.client("sts", config=_IN_A_HURRY if place.in_a_hurry else _CONFIG)
    made = sts.assume_role(**asked)["Credentials"]
    return {
        "access_key": made["AccessKeyId"],
        "secret_key": made["SecretAccessKey"],
        "token": made["SessionToken"],
        "expiry_time": made["Expiration"].isoformat(),
    }


@cache
def client(service: str, place: Place, *, changes: bool) -> Any:
    """A client of a service: what changes something is attempted once, a read is retried."""
    config = _SINGLE_ATTEMPT if changes else _CONFIG
    if place.in_a_hurry:
        config = _IN_A_HURRY
    made = session(place).client(service, config=config)
    if service == "lambda":
        lambda_model.watch(made)
    return made
