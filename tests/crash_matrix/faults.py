"""What can go wrong at one AWS call: six faults, and the errors that they are seen as."""

import json
from collections.abc import Mapping
from functools import cache

import botocore.session

THROTTLED_SECONDS = 60

FAULTS: Mapping[str, str] = {
    "killed before": "the process is killed before the call",
    "killed after": "the process is killed once the call took effect, before it is recorded",
    "throttled": "the service turns every request away for 60 s",
    "5xx": "the service answers 500 once, without effect",
    "cut": "the connection is cut once the call took effect",
    "denied": "access is denied once",
}

type Response = tuple[int, dict[str, str], str]

_THROTTLED = {
    "lambda": (429, "TooManyRequestsException"),
    "dynamodb": (400, "ThrottlingException"),
    "sns": (400, "Throttled"),
    "s3": (503, "SlowDown"),
    "iam": (400, "Throttling"),
    "cloudformation": (400, "Throttling"),
    "kinesis": (400, "LimitExceededException"),
}


def throttled(service: str) -> Response:
    """What a request is told while its service is throttled."""
    return refusal(service, *_THROTTLED.get(service, (400, "ThrottlingException")))


def failed(service: str) -> Response:
    """What a request is told by a service that failed."""
    code = {"lambda": "ServiceException", "dynamodb": "InternalServerError"}
    return refusal(service, 500, code.get(service, "InternalFailure"))


def denied(service: str) -> Response:
    """What a request is told that IAM does not allow."""
    return refusal(service, 403, "AccessDeniedException")


def refusal(service: str, status: int, code: str) -> Response:
    """An error as the service's protocol writes it."""
    if "json" in _protocol(service):
        body = json.dumps({"__type": code, "message": "injected"})
        return status, {"x-amzn-errortype": code}, body
    error = f"<Error><Code>{code}</Code><Message>injected</Message></Error>"
    wrapped = error if service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
    return status, {"Content-Type": "text/xml"}, wrapped


@cache
def _protocol(service: str) -> str:
    return str(botocore.session.get_session().get_service_model(service).resolved_protocol)
