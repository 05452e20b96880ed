"""Lets each handler call what `infra/permissions.py` grants it, and nothing else."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from infra.permissions import collected

_PREFIX = {"stepfunctions": "states", "dynamodbstreams": "dynamodb", "docdb": "rds"}
_TRANSACTED = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
_NOT_IN_MOTO = {
    "SimulatePrincipalPolicy", "DescribeStackResources", "ListStacks", "GetAccountSettings",
}  # fmt: skip
_acting: ContextVar[str] = ContextVar("_acting", default="")


def acting_as[**P, T](module: str, handler: Callable[P, T]) -> Callable[P, T]:
    """The handler, every call of which is made with the role of its module."""

    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        token = _acting.set(module)
        try:
            return handler(*args, **kwargs)
        finally:
            _acting.reset(token)

    return run


def acting() -> str:
    """The module of the handler that runs here; empty outside of every handler."""
    return _acting.get()


def needed(service: str, operation: str, params: Mapping[str, Any]) -> set[str]:
    """The IAM actions of a request."""
    if operation == "TransactWriteItems":
        return {_TRANSACTED[kind] for each in params["TransactItems"] for kind in each}
    actions = {f"{_PREFIX.get(service, service)}:{operation}"}
    if operation == "CreateEventSourceMapping" and "Tags" in params:
        actions.add("lambda:TagResource")
    if operation == "CreateEventSourceMapping" and ":vpc-connection/" in params.get(
        "EventSourceArn", ""
    ):
        actions.add("kafka:ListVpcConnections")
    return actions


def granted(module: str) -> set[str]:
    """The IAM actions of a handler's role."""
    return {action for statement in collected(module) for action in statement.actions}


@contextmanager
def enforced(refused: set[str]) -> Iterator[None]:
    """Inside, what a role does not allow is refused as IAM does, and told as `module needs action`."""
    send = BaseClient._make_api_call

    def guarded(client: Any, operation: str, params: dict[str, Any]) -> Any:
        module = acting()
        service = client.meta.service_model.service_name
        missing = needed(service, operation, params) - granted(module) if module else set()
        if missing:
            refused.update(f"{module} needs {action}" for action in missing)
            error = {"Code": "AccessDeniedException", "Message": f"{module}: {sorted(missing)}"}
            status = {"HTTPStatusCode": 403}
            raise ClientError({"Error": error, "ResponseMetadata": status}, operation)
        if operation in _NOT_IN_MOTO:
            raise ClientError({"Error": {"Code": "NotImplemented", "Message": ""}}, operation)
        return send(client, operation, params)

    with mock.patch.object(BaseClient, "_make_api_call", guarded):
        yield
