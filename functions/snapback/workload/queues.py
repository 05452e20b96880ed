"""What queues hold: those that targets read, their dead-letter queues, on-failure destinations."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from snapback.model.effects import Answer, Call, Step
from snapback.model.expectations import (
    DeadLettersAtMost,
    DestinationReceived,
    Expectation,
    is_queue,
)
from snapback.model.source import Source

_COUNTS = {
    "visible": "ApproximateNumberOfMessages",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}
_SETTINGS = ("VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy", "KmsMasterKeyId")
_NOT_FOUND = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")

MOST_SAMPLED = 20
"""A sample reads so many source queues, and so many destinations of sources: each takes two calls,
and a sample has seconds."""

type Counts = dict[str, int]


def depths(
    sources: Sequence[Source], expected: Sequence[Expectation]
) -> Step[dict[str, dict[str, Counts]]]:
    """`{queues, dead_letters, destinations}`, each `{arn: {visible, in_flight, delayed}}`.

    A queue that cannot be read is left out. Of many source queues, and of many destinations of
    sources, the first by ARN are read, so that every sample of a run shows the same ones.
    """
    queues: dict[str, Counts] = {}
    dead_letters: dict[str, Counts] = {}
    letter_queues = _named(expected, DeadLettersAtMost)
    for arn in source_queues(sources)[:MOST_SAMPLED]:
        attributes = yield from attributes_of(arn)
        if attributes:
            queues[arn] = _counts(attributes)
            letter_queues.append(redrive_to(attributes))
    for arn in sorted({*letter_queues} - {""}):
        yield from _add(arn, dead_letters)
    destinations: dict[str, Counts] = {}
    own = destination_queues(sources, ())[:MOST_SAMPLED]
    for arn in sorted({*own, *_named(expected, DestinationReceived)}):
        yield from _add(arn, destinations)
    return {"queues": queues, "dead_letters": dead_letters, "destinations": destinations}


def not_sampled(sources: Iterable[Source]) -> list[str]:
    """One sentence if a sample leaves out source queues."""
    queues = source_queues(sources)
    sentence = (
        f"Of {len(queues)} source queues only {MOST_SAMPLED} were sampled, the first by ARN: what is "
        "said of backlogs and dead letters is about those."
    )
    return [sentence] if len(queues) > MOST_SAMPLED else []


def source_queues(sources: Iterable[Source]) -> list[str]:
    """The queues among some sources, each once."""
    return sorted({each.arn for each in sources if each.kind == "sqs"})


def destination_queues(sources: Iterable[Source], expected: Iterable[Expectation]) -> list[str]:
    """The queues that are told of records given up: the sources' own, and those named."""
    own = {each.destination for each in sources if is_queue(each.destination)}
    return sorted({*own, *_named(expected, DestinationReceived)})


def _named(
    expected: Iterable[Expectation], kind: type[DeadLettersAtMost | DestinationReceived]
) -> list[str]:
    """The queues that expectations of a kind name."""
    return [each.queue for each in expected if isinstance(each, kind) and each.queue]


def url_of(arn: str) -> Step[Answer]:
    """`{QueueUrl}`: where requests about the queue go."""
    account, name = arn.split(":")[4:6]
    params = {"QueueName": name, "QueueOwnerAWSAccountId": account}
    return (yield from Call("sqs", "GetQueueUrl", params, gone=_NOT_FOUND))


def read(arn: str) -> Step[Answer]:
    """`{Attributes}`: the queue's counts and settings as SQS gives them."""
    url = yield from url_of(arn)
    if not url.done:
        return url
    names = [*_COUNTS.values(), *_SETTINGS]
    params = {"QueueUrl": url.body["QueueUrl"], "AttributeNames": names}
    return (yield from Call("sqs", "GetQueueAttributes", params, gone=_NOT_FOUND))


def attributes_of(arn: str) -> Step[Mapping[str, str]]:
    """The same attributes alone; {} if they cannot be read."""
    answer = yield from read(arn)
    return dict(answer.body.get("Attributes", {}))


def redrive_to(attributes: Mapping[str, str]) -> str:
    """The dead-letter queue that a queue names, or an empty string."""
    policy: Mapping[str, Any] = json.loads(attributes.get("RedrivePolicy") or "{}")
    return str(policy.get("deadLetterTargetArn", ""))


def _add(arn: str, found: dict[str, Counts]) -> Step[None]:
    attributes = yield from attributes_of(arn)
    if attributes:
        found[arn] = _counts(attributes)


def _counts(attributes: Mapping[str, str]) -> Counts:
    return {name: int(attributes.get(attribute, 0)) for name, attribute in _COUNTS.items()}
