"""What is known of a run whose targets were broken at 600 s and back at 900 s."""

from dataclasses import replace
from typing import Any

from snapback.model.evidence import Evidence, Span

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
DEAD = "arn:aws:sqs:eu-west-1:123456789012:orders-dead"
FAILED = "arn:aws:sqs:eu-west-1:123456789012:failed"
BROKEN = (Span(600, 900),)
BUSY = [{"at": minute, "value": 9.0} for minute in (300.0, 360.0, 420.0, 480.0, 540.0, 960.0)]
"""Invocations before and after, and none while the targets were broken."""


def sample(at: float, visible: int | None = 0, **seen: Any) -> dict[str, Any]:
    """A sample of one queue, if it could be read, with what else was seen."""
    queues = {} if visible is None else {QUEUE: {"visible": visible}}
    nothing: dict[str, Any] = {"dead_letters": {}, "alarms": {}, "probes": {}}
    return {"at": at, "queues": queues, **nothing, **seen}


GREW = (sample(590), sample(700, 40), sample(890, 100))
IDLE = (sample(590), sample(700), sample(890))


def evidence(*samples: dict[str, Any], **changes: Any) -> Evidence:
    """The evidence of those samples, as known at 1000 s."""
    found = Evidence(samples, {"invocations": BUSY}, 1000, any_broken=BROKEN, all_broken=BROKEN)
    return replace(found, **changes)
