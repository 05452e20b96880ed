"""Who may call the lab: a program that signs with a key of this lab, and no web page."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

HEALTH = "/_localemu/health"
"""Answered without a signature, as nothing is known of a lab that starts."""

ACCESS_KEY_ID, SECRET_ACCESS_KEY = "SNAPBACK_LAB_ACCESS_KEY_ID", "SNAPBACK_LAB_SECRET_ACCESS_KEY"
"""The variables that tell the emulator its key."""

FORWARDED_HOST = "x-forwarded-host"
"""The host that a request was signed for, where a proxy of this machine passes it on."""

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_OF_BROWSERS = ("sec-fetch-site", "origin", "referer")
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)"
    r"/aws4_request, SignedHeaders=(?P<headers>[^,]+), Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Key:
    """An access key, as AWS hands them out."""

    access_key_id: str
    secret_access_key: str

    @classmethod
    def random(cls) -> Key:
        """A key that nobody can guess."""
        return cls(f"SNAPBACK{secrets.token_hex(6).upper()}", secrets.token_urlsafe(30))


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it was sent; the names of its headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: Callable[[], bytes] = bytes


def refusal(request: Request, port: int, secret_of: Callable[[str], str | None]) -> str:
    """Why a request to this port is refused, or an empty string; `secret_of` knows the keys."""
    if problem := browser_problem(request.headers, port):
        return problem
    if (request.method, request.target) == ("GET", HEALTH):
        return ""
    return _signature_problem(request, secret_of)


def browser_problem(headers: Mapping[str, str], port: int) -> str:
    """What tells of a web page: a header of browsers, or a name that only leads here."""
    for name in _OF_BROWSERS:
        if name in headers:
            return f"the lab answers no web page, and this request has the header {name}"
    host = headers.get("host", "")
    if host not in {f"{name}:{port}" for name in _LOOPBACK}:
        return f"the lab is not called {host!r}; call it 127.0.0.1:{port}"
    return ""


def _signature_problem(request: Request, secret_of: Callable[[str], str | None]) -> str:
    signed = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if signed is None:
        return "the request is not signed; use the key in out/lab.json"
    secret = secret_of(signed["key"])
    if secret is None:
        return "the access key is not of this lab; use the one in out/lab.json"
    expected = _signature(request, signed, Key(signed["key"], secret))
    if not hmac.compare_digest(expected, signed["signature"]):
        return "the signature is wrong; use the secret in out/lab.json"
    return ""


def _signature(request: Request, signed: re.Match[str], key: Key) -> str:
    """The signature of the headers that the sender signed, and of the body where they hold no digest of it."""
    sent = dict(request.headers)
    sent["host"] = sent.get(FORWARDED_HOST, sent["host"])
    covered = {name: sent.get(name, "") for name in signed["headers"].split(";")}
    again = AWSRequest(
        method=request.method,
        url=f"http://{sent['host']}{request.target}",
        headers=covered,
        data=b"" if "x-amz-content-sha256" in covered else request.body(),
    )
    again.context["timestamp"] = sent.get("x-amz-date", "")
    kind = S3SigV4Auth if signed["service"] == "s3" else SigV4Auth
    credentials = Credentials(key.access_key_id, key.secret_access_key)
    signer = kind(credentials, signed["service"], signed["region"])
    text = signer.string_to_sign(again, signer.canonical_request(again))
    return str(signer.signature(text, again))
