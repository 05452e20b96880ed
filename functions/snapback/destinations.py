"""The letters in on-failure destinations: why records were given up, read without taking them.

A letter is what Lambda sends to a destination: `{version, timestamp, requestContext: {condition,
approximateInvokeCount, …}, responseContext: {functionError, …}, responsePayload: {errorType, …}}`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from snapback.effects import Answer, Call, Step
from snapback.queue_depths import attributes_of, redrive_to, url_of

MOST_RECEIVES = 20
HIDDEN_SECONDS = 20
"""How long a letter that was read is hidden from others; it is never deleted."""


def read_letters(queues: Iterable[str], since: float) -> Step[dict[str, dict[str, Any]]]:
    """What each queue holds from this run: `{arn: {conditions, errors, most_invokes, complete}}`.

    `{arn: {problem}}` where it cannot be read, or where reading could move its messages on.
    """
    found = {}
    for arn in queues:
        found[arn] = yield from _read(arn, since)
    return found


def _read(arn: str, since: float) -> Step[dict[str, Any]]:
    attributes = yield from attributes_of(arn)
    if not attributes:
        return {"problem": f"destination {arn} cannot be read"}
    if redrive_to(attributes):
        return {"problem": f"destination {arn} moves on what is received: it is not read"}
    url = yield from url_of(arn)
    bodies: dict[str, str] = {}
    for _ in range(MOST_RECEIVES):
        answer: Answer = yield Call("sqs", "ReceiveMessage", _ask(url.body["QueueUrl"]))
        if not answer.done:
            return {"problem": f"destination {arn} cannot be read ({answer})"}
        messages = answer.body.get("Messages", [])
        if not messages:
            return {**count(bodies.values(), since), "complete": True}
        bodies |= {each["MessageId"]: each["Body"] for each in messages}
    return {**count(bodies.values(), since), "complete": False}


def _ask(url: str) -> dict[str, Any]:
    return {
        "QueueUrl": url,
        "MaxNumberOfMessages": 10,
        "VisibilityTimeout": HIDDEN_SECONDS,
        "WaitTimeSeconds": 1,
    }


def count(bodies: Iterable[str], since: float) -> dict[str, Any]:
    """`{conditions, errors, most_invokes}` of the letters written since an epoch second."""
    letters = [letter for body in bodies if (letter := parse(body)) and letter["at"] >= since]
    return {
        "conditions": dict(Counter(letter["condition"] for letter in letters)),
        "errors": dict(Counter(letter["error"] for letter in letters if letter["error"])),
        "most_invokes": max((letter["invokes"] for letter in letters), default=0),
    }


def parse(body: str) -> dict[str, Any] | None:
    """`{at, condition, invokes, error}` of a letter, or None for a message of another kind."""
    try:
        letter = json.loads(body)
        context = letter["requestContext"]
        at = datetime.fromisoformat(letter["timestamp"]).timestamp()
        condition, invokes = str(context["condition"]), int(context["approximateInvokeCount"])
    except (ValueError, KeyError, TypeError):
        return None
    return {"at": at, "condition": condition, "invokes": invokes, "error": _error(letter)}


def _error(letter: Mapping[str, Any]) -> str:
    """The function's own error type where the letter has it; of a stream's records it has none."""
    payload = letter.get("responsePayload")
    named = payload.get("errorType") if isinstance(payload, Mapping) else None
    response = letter.get("responseContext")
    kind = response.get("functionError") if isinstance(response, Mapping) else None
    return str(named or kind or "")
