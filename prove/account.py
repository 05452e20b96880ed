"""The account that is asked, or the lab in its place: its clients, and its number where people can see it."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any, Self

import boto3
from botocore.config import Config

from lab.session import Lab

OTHER_REGION = {"eu-west-1": "eu-central-1"}
"""The second Region where it is not eu-west-1."""
MASK = "XXXXXXXXXXXX"
_NUMBER_IN_ARN = re.compile(r"(?<=:)\d{12}(?=:)")
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 8}, read_timeout=120)
_ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=120)
_IN_PATH = Config(
    s3={"addressing_style": "path"}, retries={"mode": "standard", "total_max_attempts": 3},
    read_timeout=120,
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """An account with a home Region and a second one; every operation called in it is remembered."""

    session: boto3.Session
    account_id: str
    region: str
    other_region: str
    endpoint_url: str | None = None
    calls: set[tuple[str, str]] = field(default_factory=set)
    """`(service, operation)` of everything that was asked of it, as botocore names them."""
    _clients: dict[tuple[str, str, bool], Any] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of_profile(cls, profile: str | None, region: str | None, other_region: str | None) -> Self:
        """The account of a profile, or of the standard chain of credentials."""
        session = boto3.Session(profile_name=profile, region_name=region)
        if not session.region_name:
            raise NoRegion
        home = str(session.region_name)
        number = str(session.client("sts").get_caller_identity()["Account"])
        return cls(session, number, home, other_region or OTHER_REGION.get(home, "eu-west-1"))

    @classmethod
    def of_lab(cls, lab: Lab) -> Self:
        """The lab as an account."""
        found = lab.environment()
        session = boto3.Session(
            aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=found["AWS_SECRET_ACCESS_KEY"],
            region_name=lab.region,
        )
        return cls(session, lab.account_id, lab.region, "eu-west-1", lab.endpoint_url)

    @property
    def on_lab(self) -> bool:
        """Whether it is the lab."""
        return self.endpoint_url is not None

    def client(self, service: str, region: str = "", *, once: bool = False) -> Any:
        """The client of a service; with `once` a request is never repeated by itself."""
        key = (service, region or self.region, once)
        with self._turn:
            if key not in self._clients:
                self._clients[key] = self._made(*key)
            return self._clients[key]

    def _made(self, service: str, region: str, once: bool) -> Any:  # noqa: FBT001
        config = _ONCE if once else _IN_PATH if self.on_lab else _CONFIG
        made = self.session.client(
            service, region_name=region, endpoint_url=self.endpoint_url, config=config
        )
        made.meta.events.register("before-call", self._remember)
        return made

    def _remember(self, model: Any, **_: Any) -> None:
        self.calls.add((str(model.service_model.service_name), str(model.name)))

    def masked(self, text: str) -> str:
        """The text without the account's number."""
        return _NUMBER_IN_ARN.sub(MASK, text).replace(self.account_id, MASK)


class NoRegion(Exception):
    """Neither the command nor the profile names a Region."""

    def __init__(self) -> None:
        """Say what to give."""
        super().__init__("no Region: give --region, or set one for the profile")
