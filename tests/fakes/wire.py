"""Answers of AWS as they go over the wire."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session

type Response = tuple[int, dict[str, str], str]
"""The HTTP status, headers and body."""


def ok(body: Mapping[str, Any], status: int = 200) -> Response:
    """A good answer in JSON."""
    return status, {"Content-Type": "application/json"}, json.dumps(body)


def refusal(
    service: str, status: int, code: str, message: str = "injected", **more: Any
) -> Response:
    """An error as the service's protocol writes it."""
    if "json" in _protocol(service):
        body = json.dumps({"__type": code, "message": message, **more})
        return status, {"x-amzn-errortype": code}, body
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    wrapped = error if service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
    return status, {"Content-Type": "text/xml"}, wrapped


@cache
def _protocol(service: str) -> str:
    return str(botocore.session.get_session().get_service_model(service).resolved_protocol)
