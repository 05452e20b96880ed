"""What is seen while an experiment runs: the state of each mapping, and each queue's backlog.

A sample is `{at, phase, round, mappings: {key: state}, queues: {arn: {visible, in_flight}}}`, with
`at` in epoch seconds and `absent` for a mapping that does not exist.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from snapback.effects import Answer, Call, Change, Step, Write
from snapback.mappings import SETTLED, source_of
from snapback.records import VERSION, Target, sample_key

SAMPLED_TARGETS = 20
"""A sample looks at so many targets at most: the Lambda API allows 15 requests a second in all."""

DRAINED = 0.05
"""The share of a backlog that counts as drained: with traffic going on it is never quite nothing."""

_VISIBLE = "ApproximateNumberOfMessages"
_IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"


def sample(targets: Sequence[Target], phase: str, at: float) -> Step[dict[str, Any]]:
    """Take one sample and store it."""
    seen = targets[:SAMPLED_TARGETS]
    mappings = {}
    for target in seen:
        mappings[target.key] = yield from _state(target)
    queues = yield from backlog(seen)
    taken = {"at": at, "phase": phase, "mappings": mappings, "queues": queues}
    item = {"version": VERSION, **taken}
    yield Write((Change(sample_key(seen[0].experiment_id, at), set=item),))
    return taken


def _state(target: Target) -> Step[str]:
    answer: Answer = yield Call("lambda", "GetEventSourceMapping", {"UUID": target.live_uuid})
    if answer.gone:
        return "absent"
    return str(answer.body["State"]) if answer.done else "unknown"


def backlog(targets: Iterable[Target]) -> Step[dict[str, dict[str, int]]]:
    """The messages in each target's queue; a queue that cannot be read is left out."""
    found = {}
    for arn in sorted({_queue(target) for target in targets} - {""}):
        answer = yield from _attributes(arn)
        if answer.done:
            attributes = answer.body["Attributes"]
            found[arn] = {
                "visible": int(attributes[_VISIBLE]),
                "in_flight": int(attributes[_IN_FLIGHT]),
            }
    return found


def _queue(target: Target) -> str:
    config: Mapping[str, Any] = target.snapshot.get("config", {})
    is_queue = bool(config) and source_of(config) == "sqs"
    return str(config["EventSourceArn"]) if is_queue else ""


def _attributes(arn: str) -> Step[Answer]:
    account, name = arn.split(":")[4:6]
    url: Answer = yield Call(
        "sqs", "GetQueueUrl", {"QueueName": name, "QueueOwnerAWSAccountId": account}
    )
    if not url.done:
        return url
    params = {"QueueUrl": url.body["QueueUrl"], "AttributeNames": [_VISIBLE, _IN_FLIGHT]}
    answer: Answer = yield Call("sqs", "GetQueueAttributes", params)
    return answer


def window_left(targets: Iterable[Target], duration: float, now: float) -> float:
    """Seconds until the window ends, counted from the moment the last target was affected."""
    affected = max((target.injected_at for target in targets), default=now)
    return affected + duration - now


def settled(taken: Mapping[str, Any]) -> bool:
    """Whether every mapping of a sample is where it is going to stay."""
    return all(state in (*SETTLED, "absent") for state in taken["mappings"].values())


def drained(samples: Sequence[Mapping[str, Any]]) -> bool:
    """Whether of what piled up in each queue since the first sample a twentieth is left at most."""
    return all(_left(queue, samples) <= DRAINED for queue in samples[0]["queues"])


def _left(queue: str, samples: Sequence[Mapping[str, Any]]) -> float:
    """The share of the greatest backlog that is left in the last sample; 1 if it is not known."""
    visible = [each["queues"].get(queue, {}).get("visible") for each in samples]
    before, now = visible[0], visible[-1]
    piled_up = max(each for each in visible if each is not None) - before
    if now is None:
        return 1
    return float((now - before) / piled_up) if piled_up else 0
