"""Custom resources: CloudFormation's request is always answered, also when the work fails."""

import json
import urllib.request
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context
from snapback.rescue.guarding import response

ANSWER_SECONDS = 40
"""What the work must leave of an invocation for the answer."""

_ATTEMPTS = 3
_ATTEMPT_SECONDS = 8

logger = Logger(child=True)

type Handler = Callable[[dict[str, Any], Context], str]


def answered(handler: Handler) -> Handler:
    """A handler whose result, the reason to refuse or an empty string, is put to CloudFormation."""

    @wraps(handler)
    def answering(event: dict[str, Any], context: Context) -> str:
        try:
            reason = handler(event, context)
        except Exception as error:
            logger.exception("the request could not be worked on")
            reason = f"{type(error).__name__}: {error}"
        logger.info("CloudFormation is answered", extra={"refused_for": reason})
        _put(event["ResponseURL"], response(event, reason))
        return reason

    return answering


def _put(url: str, document: Mapping[str, Any]) -> None:
    """Put the answer to its presigned URL; raises OSError when no attempt got through."""
    body = json.dumps(document).encode()
    request = urllib.request.Request(  # noqa: S310  # CloudFormation gives the URL
        url, body, {"Content-Type": ""}, method="PUT"
    )
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            urllib.request.urlopen(request, timeout=_ATTEMPT_SECONDS).close()  # noqa: S310
        except OSError:
            if attempt == _ATTEMPTS:
                raise
        else:
            return
