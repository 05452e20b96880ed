"""Everything that a queue holds, taken out of it."""

from __future__ import annotations

from dataclasses import dataclass

from prove.world import World

EMPTY_ANSWERS = 3
"""After so many in a row a queue is taken for empty: one empty answer may be of one server only."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message's body, and when it came (epoch seconds)."""

    body: str
    sent_at: float


def taken(world: World, url: str) -> list[Message]:
    """Receive and delete until there is no more."""
    sqs = world.aws("sqs")
    found: list[Message] = []
    empty = 0
    while empty < EMPTY_ANSWERS:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=1,
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        messages = answer.get("Messages", [])
        empty = 0 if messages else empty + 1
        for each in messages:
            sent_at = int(each["Attributes"]["SentTimestamp"]) / 1000
            found.append(Message(each["Body"], sent_at))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        world.limit.look()
    return found
