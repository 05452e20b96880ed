"""Performs Calls: one request to an AWS API, answered by an Answer and never by an exception."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from aws.clients import client
from snapback.effects import Answer, Call


def perform(call: Call, region: str | None, role_arn: str | None) -> Answer:
    """Send the request in the target's Region and role."""
    try:
        api = client(call.service, call.operation, region, role_arn)
        body = getattr(api, xform_name(call.operation))(**call.params)
    except ClientError as error:
        return _refused(error)
    except ParamValidationError as error:
        return Answer(code="ParamValidationError", message=str(error), status=400)
    except BotoCoreError as error:
        return Answer(code=type(error).__name__, message=str(error), status=0)
    body.pop("ResponseMetadata", None)
    return Answer(body=plain(body))


def _refused(error: ClientError) -> Answer:
    details = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Answer(
        code=details.get("Code", "Unknown"), message=details.get("Message", ""), status=status
    )


def plain(value: Any) -> Any:
    """The value in JSON's types: a time becomes epoch seconds."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.timestamp() if isinstance(value, datetime) else value
