"""LocalEmu names an execution after the event's id, which a constant or a transformed input does not have."""

from __future__ import annotations

import json
import uuid
from typing import Any

from localemu.services.events.target import StatesTargetSender, to_json_str


def install() -> None:
    """Start executions for any input."""
    StatesTargetSender.send_event = start_execution


def start_execution(self: Any, event: Any, trace_header: Any) -> None:
    """Start the target's machine with the event, or with what its rule made of it."""
    self.service = "stepfunctions"
    self.client.start_execution(
        stateMachineArn=self.target["Arn"], name=str(uuid.uuid4()), input=_as_json(event)
    )


def _as_json(event: Any) -> str:
    if isinstance(event, str):
        json.loads(event)
        return event
    return str(to_json_str(event))
