"""The numbered records as the consumer reads them, and its counts of those it handled."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any


def body(source: str, number: int) -> str:
    """A record of a queue or a stream."""
    return json.dumps({"source": source, "number": number})


def counts(dynamodb: Any, table_name: str) -> dict[str, Counter[int]]:
    """How often each number was handled, for each source of which anything was."""
    found: dict[str, Counter[int]] = {}
    pages = dynamodb.get_paginator("scan")
    for page in pages.paginate(TableName=table_name, ConsistentRead=True):
        for item in page["Items"]:
            if "handled" in item:  # the emulator shows an item a moment before its first count
                of = found.setdefault(item["source"]["S"], Counter())
                of[int(item["number"]["N"])] = int(item["handled"]["N"])
    return found
