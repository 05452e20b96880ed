"""LocalEmu has no custom resources, and goes on with a deletion that failed: here a function is asked and heard."""

from __future__ import annotations

import json
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from localemu.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
)
from localemu.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
)

PHYSICAL_ID = "PhysicalResourceId"
LONGEST_SECONDS = 3600


class CustomResourcePlugin(CloudFormationResourceProviderPlugin):
    """What LocalEmu finds for every type that begins with `Custom::`."""

    name = "AWS::CloudFormation::CustomResource"

    def __init__(self) -> None:
        self.factory: type[ResourceProvider] | None = None

    def load(self) -> None:
        """Name the provider."""
        self.factory = CustomResource


class CustomResource(ResourceProvider):
    """A resource that is whatever its function makes of it."""

    SCHEMA = {"primaryIdentifier": [f"/properties/{PHYSICAL_ID}"], "properties": {}}  # noqa: RUF012

    def create(self, request: Any) -> ProgressEvent:
        """Have it made."""
        return _ask("Create", request, {})

    def update(self, request: Any) -> ProgressEvent:
        """Have it changed."""
        old = {"OldResourceProperties": _own(request.previous_state)}
        known = request.previous_state | request.desired_state
        return _ask("Update", request, {**old, PHYSICAL_ID: known[PHYSICAL_ID]})

    def delete(self, request: Any) -> ProgressEvent:
        """Have it removed."""
        return _ask("Delete", request, {PHYSICAL_ID: request.desired_state[PHYSICAL_ID]})


def install() -> None:
    """End a deletion with the first resource that cannot be removed."""
    process = ChangeSetModelExecutor._process_event

    def processed(self: Any, *, action: Any, event_status: Any, **details: Any) -> None:
        process(self, action=action, event_status=event_status, **details)
        if action.value == "Remove" and event_status is OperationStatus.FAILED:
            raise RuntimeError(details.get("reason"))

    ChangeSetModelExecutor._process_event = processed


def _own(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name != PHYSICAL_ID}


def _ask(request_type: str, request: Any, more: dict[str, Any]) -> ProgressEvent:
    """Invoke the function with a URL to answer at, and wait for its answer."""
    properties = _own(request.desired_state)
    heard: list[dict[str, Any]] = []

    class Bucket(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Bucket) as server:
        server.timeout = float(properties.get("ServiceTimeout", LONGEST_SECONDS))
        asked = {
            "RequestType": request_type,
            "ResponseURL": f"http://127.0.0.1:{server.server_port}/",
            "StackId": request.stack_id,
            "RequestId": str(uuid.uuid4()),
            "LogicalResourceId": request.logical_resource_id,
            "ResourceType": request.resource_type,
            "ResourceProperties": properties,
            **more,
        }
        request.aws_client_factory.lambda_.invoke(
            FunctionName=properties["ServiceToken"],
            InvocationType="Event",
            Payload=json.dumps(asked),
        )
        server.handle_request()
    return _event(heard, properties)


def _event(heard: list[dict[str, Any]], properties: dict[str, Any]) -> ProgressEvent:
    answer = heard[0] if heard else {"Status": "FAILED", "Reason": "the function did not answer"}
    made = properties | answer.get("Data", {}) | {PHYSICAL_ID: answer.get(PHYSICAL_ID)}
    failed = answer["Status"] != "SUCCESS"
    status = OperationStatus.FAILED if failed else OperationStatus.SUCCESS
    return ProgressEvent(status=status, resource_model=made, message=answer.get("Reason", ""))
