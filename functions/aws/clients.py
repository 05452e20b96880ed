"""The boto3 clients, made once per service, Region and role."""

from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials

from aws import lambda_model
from snapback.model.place import Place

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


@cache
def session(place: Place, external_id: str | None) -> boto3.Session:
    """A session in a Region, as a role where one is named; it makes no request by itself."""
    if place.role_arn is None:
        return boto3.Session(region_name=place.region)
    assumed = botocore.session.get_session()
    credentials = DeferredRefreshableCredentials(lambda: _assume(place, external_id), "assume-role")
    found = SimpleNamespace(load_credentials=lambda: credentials)
    assumed.register_component("credential_provider", found)
    home = boto3.Session().region_name
    return boto3.Session(botocore_session=assumed, region_name=place.region or home)


def _assume(place: Place, external_id: str | None) -> dict[str, Any]:
    """Fresh credentials of a role; asked for before the first call and well before they expire."""
    asked = {"RoleArn": place.role_arn, "RoleSessionName": "snapback"}
    if external_id:
        asked["ExternalId"] = external_id
    sts = boto3.client("sts", config=_IN_A_HURRY if place.in_a_hurry else _CONFIG)
    made = sts.assume_role(**asked)["Credentials"]
    return {
        "access_key": made["AccessKeyId"],
        "secret_key": made["SecretAccessKey"],
        "token": made["SessionToken"],
        "expiry_time": made["Expiration"].isoformat(),
    }


@cache
def client(service: str, place: Place, external_id: str | None, *, changes: bool) -> Any:
    """A client of a service: what changes something is attempted once, a read is retried."""
    config = _SINGLE_ATTEMPT if changes else _CONFIG
    if place.in_a_hurry:
        config = _IN_A_HURRY
    made = session(place, external_id).client(service, config=config)
    if service == "lambda":
        lambda_model.watch(made)
    return made
