"""May Snapback read the queues that expectations name? Reading hides an owner's messages for a moment."""

from collections.abc import Sequence

from snapback.model.effects import Call, Document, Step
from snapback.model.expectations import DeadLettersAtMost, DestinationReceived, Expectation
from snapback.model.findings import NOTHING, Findings
from snapback.workload.queues import (
    attributes_of,
    destination_queues,
    redrive_to,
    source_queues,
    url_of,
)
from snapback.workload.sources import source


def prove(
    expected: Sequence[Expectation], configs: Sequence[Document], function: Document, tag: str
) -> Step[Findings]:
    """Every named queue belongs to the mappings or their function, or has opted in by its tag."""
    named = {
        f"expect[{index}].queue": each.queue
        for index, each in enumerate(expected)
        if isinstance(each, DeadLettersAtMost | DestinationReceived) and each.queue
    }
    if not named:
        return NOTHING
    own = yield from _own(configs, function)
    found = []
    for field, arn in named.items():
        if arn not in own and (reason := (yield from _not_opted_in(arn, tag))):
            known = ", ".join(own) or "none is known"
            found.append(
                f"{field}: {arn!r} is no source, destination or dead-letter queue of these mappings or "
                f"their function ({known}), and {reason}; name one of those, or tag the queue "
                f"{tag}=true"
            )
    return Findings(problems=tuple(found))


def _own(configs: Sequence[Document], function: Document) -> Step[list[str]]:
    """The queues that mappings and function already use: sources, dead letters, destinations."""
    sources = [source(each) for each in configs]
    queues = source_queues(sources)
    own = {*queues, *destination_queues(sources, ())}
    own.add(function.get("DeadLetterConfig", {}).get("TargetArn", ""))
    for arn in queues:
        own.add(redrive_to((yield from attributes_of(arn))))
    return sorted(own - {""})


def _not_opted_in(arn: str, tag: str) -> Step[str]:
    """Why a queue has not opted in, or an empty string."""
    url = yield from url_of(arn)
    if not url.done:
        return f"it cannot be read ({url})"
    answer = yield from Call("sqs", "ListQueueTags", {"QueueUrl": url.body["QueueUrl"]})
    if not answer.done:
        return f"its tags cannot be read ({answer})"
    return "" if answer.body.get("Tags", {}).get(tag) == "true" else f"it has no tag {tag}=true"
