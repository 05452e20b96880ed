"""The clients of AWS, made once per service, Region and role.

They are botocore's own: boto3 adds resources and transfers, which nothing here uses, and its import
would make each start longer.
"""

import os
from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from botocore.session import Session

from aws import lambda_model
from snapback.model.place import HOME, Place

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

_STARTS = "AWS_LAMBDA_INITIALIZATION_TYPE"
"""A variable that Lambda alone sets."""


@cache
def session(place: Place, external_id: str | None) -> Session:
    """A session in a Region, as a role where one is named; it makes no request by itself."""
    made = botocore.session.get_session()
    if place.region is not None:
        made.set_config_variable("region", place.region)
    if place.role_arn is not None:
        credentials = DeferredRefreshableCredentials(
            lambda: _assume(place, external_id), "assume-role"
        )
        found = SimpleNamespace(load_credentials=lambda: credentials)
        made.register_component("credential_provider", found)
    return made


def _assume(place: Place, external_id: str | None) -> dict[str, Any]:
    """Fresh credentials of a role; asked for before the first call and well before they expire."""
    asked = {"RoleArn": place.role_arn, "RoleSessionName": "snapback"}
    if external_id:
        asked["ExternalId"] = external_id
    config = _IN_A_HURRY if place.in_a_hurry else _CONFIG
    sts = session(HOME, None).create_client("sts", config=config)
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
    made = session(place, external_id).create_client(service, config=config)
    if service == "lambda":
        lambda_model.watch(made)
    return made


@cache
def dynamodb() -> Any:
    """The client of the table."""
    return session(HOME, None).create_client("dynamodb")


def prepare(*, reads: Iterable[str] = (), changes: Iterable[str] = (), table: bool = True) -> None:
    """Make the clients that a handler uses in every run, while Lambda starts its function.

    Then it has a whole CPU; during a request it has its memory's share, less than a third of one.
    Anywhere else nothing is made.
    """
    if _STARTS not in os.environ:
        return
    if table:
        dynamodb()
    for service in reads:
        client(service, HOME, None, changes=False)
    for service in changes:
        client(service, HOME, None, changes=True)
