"""Tells the supervisor when somebody last used the lab."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from localemu.aws.handlers import serve_custom_service_request_handlers


def install() -> None:
    """Touch the file named by SNAPBACK_LAB_ACTIVITY at each call from outside."""
    serve_custom_service_request_handlers.append(note_request)


def note_request(_chain: Any, context: Any, _response: Any) -> None:
    """Calls of the emulator itself and of functions (schedules run for ever) do not count."""
    agent = context.request.headers.get("User-Agent", "")
    if not context.is_internal_call and "exec-env/AWS_Lambda" not in agent:
        Path(os.environ["SNAPBACK_LAB_ACTIVITY"]).touch()
