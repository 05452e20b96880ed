"""Performs Calls: one request to an AWS API, answered by an Answer and never by an exception."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from aws.clients import client
from aws.lambda_model import UNKNOWN, UNSET
from snapback.model.effects import ROLE_REFUSED, Answer, Call
from snapback.model.place import HOME


def perform(call: Call, external_id: str | None) -> Answer:
    """Send the request in its Region and role; roles of other accounts ask for the external id.

    A role that cannot be assumed is answered as `AssumeRole.` and the code that STS gave: the
    request itself was not sent.
    """
    place = call.place or HOME
    known_by = external_id if place.role_arn else None
    try:
        api = client(call.service, place, known_by, changes=call.changes)
        body = getattr(api, xform_name(call.operation))(**call.params)
    except ClientError as error:
        return _refused(error)
    except ParamValidationError as error:
        return Answer(code="ParamValidationError", message=str(error), status=400)
    except BotoCoreError as error:
        return Answer(code=type(error).__name__, message=str(error), status=0)
    body.pop("ResponseMetadata", None)
    unknown, unset = (tuple(body.pop(name, ())) for name in (UNKNOWN, UNSET))
    return Answer(body=plain(body), unknown=unknown, unset=unset)


def _refused(error: ClientError) -> Answer:
    details = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = details.get("Code") or "Unknown"
    if error.operation_name == "AssumeRole":
        code = ROLE_REFUSED + code
    return Answer(code=code, message=details.get("Message", ""), status=status)


def plain(value: Any) -> Any:
    """The value in JSON's types: a time becomes epoch seconds."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.timestamp() if isinstance(value, datetime) else value
