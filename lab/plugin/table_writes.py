"""LocalEmu's tables are not atomic.

A refused transaction puts back the whole table as it was before, and with it undoes what others wrote meanwhile; a
conditional write checks and writes in two steps, between which others write too.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

from moto.dynamodb.models import DynamoDBBackend

ACCESS = (
    "get_item",
    "query",
    "scan",
    "put_item",
    "update_item",
    "delete_item",
    "transact_write_items",
)
_turn = threading.RLock()


def install() -> None:
    """Let one request at a time read or write."""
    for name in ACCESS:
        setattr(DynamoDBBackend, name, one_at_a_time(getattr(DynamoDBBackend, name)))


def one_at_a_time(access: Callable[..., Any]) -> Callable[..., Any]:
    """The same access, while nobody else has one."""

    @functools.wraps(access)
    def alone(*args: Any, **kwargs: Any) -> Any:
        with _turn:
            return access(*args, **kwargs)

    return alone
