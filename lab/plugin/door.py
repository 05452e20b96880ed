"""LocalEmu answers whoever calls: here a handler ahead of all others turns away who may not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from localemu import config
from localemu.aws import handlers
from localemu.runtime.current import get_current_runtime
from moto.sts.models import sts_backends
from rolo.request import get_full_raw_path

from lab.door import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Request, refusal


def install() -> None:
    """Stand behind the handler that recognises the emulator's own calls, ahead of everything else."""
    chain = get_current_runtime().components.gateway.request_handlers
    if chain[0] is not handlers.add_internal_request_params:
        raise RuntimeError("localemu no longer begins with what recognises its own calls")
    chain.insert(1, turn_away)


def turn_away(chain: Any, context: Any, response: Any) -> None:
    """Refuse a request that is neither the emulator's own nor signed with a key of this lab."""
    if context.is_internal_call:
        return
    if problem := refusal(_request(context.request), config.GATEWAY_LISTEN[0].port, secret_of):
        response.status_code = 403
        response.headers["Content-Type"] = "application/json"
        response.headers["x-amzn-ErrorType"] = "AccessDeniedException"
        response.data = json.dumps({"message": problem})
        chain.terminate()


def secret_of(access_key_id: str) -> str | None:
    """The secret of the lab's own key, or of one that its STS gave to a role."""
    if access_key_id == os.environ[ACCESS_KEY_ID]:
        return os.environ[SECRET_ACCESS_KEY]
    return next(_of_roles(access_key_id), None)


def _of_roles(access_key_id: str) -> Iterator[str]:
    for partitions in list(sts_backends.values()):
        for backend in list(partitions.values()):
            if role := backend.get_assumed_role_from_access_key(access_key_id):
                yield role.secret_access_key


def _request(request: Any) -> Request:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        known = headers.get(name.lower())
        headers[name.lower()] = value if known is None else f"{known},{value}"
    return Request(request.method, get_full_raw_path(request), headers, request.get_data)
