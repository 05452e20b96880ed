"""What can go wrong at one AWS call: six faults, and the errors that they are seen as."""

from collections.abc import Mapping

from tests.fakes.wire import Response, refusal

THROTTLED_SECONDS = 60

FAULTS: Mapping[str, str] = {
    "killed before": "the process is killed before the call",
    "killed after": "the process is killed once the call took effect, before it is recorded",
    "throttled": "the service turns every request away for 60 s",
    "5xx": "the service answers 500 once, without effect",
    "cut": "the connection is cut once the call took effect",
    "denied": "access is denied once",
}

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
