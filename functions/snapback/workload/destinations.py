"""The letters in on-failure destinations, read without taking them.

SQS shows a message only to one who receives it: each letter that is read is hidden from others for
a moment, and its receive count grows by one. A queue that moves messages on by that count is not
read.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from snapback.model.effects import Call, Step
from snapback.model.expectations import DestinationReceived, Expectation
from snapback.model.source import Source
from snapback.workload.letters import count
from snapback.workload.queues import attributes_of, destination_queues, redrive_to, url_of

MOST_QUEUES = 20
"""Each takes a second or more, and a report has a minute."""

MOST_RECEIVES = 20
HIDDEN_SECONDS = 20
"""How long a letter that was read is hidden from others; it is never deleted."""


def read_expected(
    sources: Iterable[Source], expected: Sequence[Expectation], function_name: str, since: float
) -> Step[dict[str, dict[str, Any]]]:
    """The letters at every on-failure destination; {} where no expectation asks for them."""
    asked = any(isinstance(each, DestinationReceived) for each in expected)
    queues = destination_queues(sources, expected) if asked else []
    return (yield from read_letters(queues, function_name, since))


def read_letters(
    queues: Iterable[str], function_name: str, since: float
) -> Step[dict[str, dict[str, Any]]]:
    """The letters about a function that each queue holds since a moment: `{arn: {…, complete}}`.

    Counted as `workload.letters` does, or `{arn: {problem}}` where the queue cannot be read, or
    where reading could move its messages on.
    """
    found: dict[str, dict[str, Any]] = {}
    for arn in queues:
        if len(found) >= MOST_QUEUES:
            found[arn] = {
                "problem": f"destination {arn} is not read: there are more than {MOST_QUEUES}"
            }
            continue
        held = yield from _read(arn)
        if "messages" in held:
            held = {**count(held.pop("messages").values(), function_name, since), **held}
        found[arn] = held
    return found


def _read(arn: str) -> Step[dict[str, Any]]:
    """`{messages: {id: body}, complete}`, or `{problem}`."""
    attributes = yield from attributes_of(arn)
    if not attributes:
        return {"problem": f"destination {arn} cannot be read"}
    if redrive_to(attributes):
        return {"problem": f"destination {arn} has a redrive policy: it is not read"}
    url = yield from url_of(arn)
    bodies: dict[str, str] = {}
    for _ in range(MOST_RECEIVES):
        answer = yield from Call("sqs", "ReceiveMessage", _ask(url.body["QueueUrl"]))
        if not answer.done:
            return {"problem": f"destination {arn} cannot be read ({answer})"}
        messages = answer.body.get("Messages", [])
        if not messages:
            return {"messages": bodies, "complete": True}
        bodies |= {each["MessageId"]: each["Body"] for each in messages}
    return {"messages": bodies, "complete": False}


def _ask(url: str) -> dict[str, Any]:
    return {
        "QueueUrl": url,
        "MaxNumberOfMessages": 10,
        "VisibilityTimeout": HIDDEN_SECONDS,
        "WaitTimeSeconds": 1,
    }
