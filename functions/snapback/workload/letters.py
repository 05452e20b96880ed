"""What Lambda tells an on-failure destination: which records were given up, and why; pure.

A letter is `{version, timestamp, requestContext: {functionArn, condition, approximateInvokeCount,
…}, responseContext: {functionError, …}}`. One about a stream names a batch by its place
(`KinesisBatchInfo`, `DDBStreamBatchInfo`, each with a `batchSize`), one about a single event has
its `requestPayload` and the function's `responsePayload`. A queue that is subscribed to a topic
holds it as the `Message` of a notification.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from snapback.model.effects import Document
from snapback.workload.functions import bare_name


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter tells: the records that were given up, under which condition and when."""

    at: float
    function: str
    condition: str
    invokes: int
    records: int
    error: str


def count(bodies: Iterable[str], function_name: str, since: float) -> Document:
    """`{conditions, records, errors, most_invokes, others}` of a function's letters since a moment.

    `conditions` and `errors` count letters, `records` what they tell of; `others` are messages of
    another kind, about another function or from before.
    """
    bodies = list(bodies)
    found = [letter for body in bodies if (letter := parse(body))]
    name = bare_name(function_name)
    ours = [each for each in found if each.at >= since and each.function in (name, "")]
    records: Counter[str] = Counter()
    for letter in ours:
        records[letter.condition] += letter.records
    return {
        "conditions": dict(Counter(letter.condition for letter in ours)),
        "records": dict(records),
        "errors": dict(Counter(letter.error for letter in ours if letter.error)),
        "most_invokes": max((letter.invokes for letter in ours), default=0),
        "others": len(bodies) - len(ours),
    }


def parse(body: str) -> Letter | None:
    """The letter in a message, or None for another kind of message."""
    try:
        letter = _unwrapped(json.loads(body))
        context = letter["requestContext"]
        return Letter(
            at=datetime.fromisoformat(letter["timestamp"]).timestamp(),
            function=bare_name(str(context.get("functionArn", ""))),
            condition=str(context["condition"]),
            invokes=int(context.get("approximateInvokeCount", 0)),
            records=_records(letter),
            error=_error(letter),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _unwrapped(message: Any) -> Any:
    if isinstance(message, Mapping) and message.get("Type") == "Notification":
        return json.loads(message["Message"])
    return message


def _records(letter: Document) -> int:
    """How many records a letter tells of: those of its batch, else the one event it holds."""
    batches = [each for name, each in letter.items() if name.endswith("BatchInfo")]
    return sum(int(each.get("batchSize", 1)) for each in batches) if batches else 1


def _error(letter: Document) -> str:
    """The function's own error type where the letter has it; of a stream's records it has none."""
    payload = letter.get("responsePayload")
    named = payload.get("errorType") if isinstance(payload, Mapping) else None
    response = letter.get("responseContext")
    kind = response.get("functionError") if isinstance(response, Mapping) else None
    return str(named or kind or "")
