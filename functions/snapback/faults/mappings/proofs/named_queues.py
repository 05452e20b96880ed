"""May Snapback read the queues that expectations name? Reading hides an owner's messages for a moment."""

from collections.abc import Sequence

from snapback.model.effects import Call, Document, Step
from snapback.model.expectations import DeadLettersAtMost, DestinationReceived, Expectation
from snapback.model.findings import NOTHING, Findings
from snapback.workload.functions import opted_in
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
    """Every named queue belongs to the mappings or their function, or has opted in by its tag.

    A source does so only where it is merely counted: reading it would hide what the function is due.
    """
    named = {
        f"expect[{index}].queue": each
        for index, each in enumerate(expected)
        if isinstance(each, DeadLettersAtMost | DestinationReceived) and each.queue
    }
    if not named:
        return NOTHING
    sources = source_queues([source(each) for each in configs])
    ends = yield from _ends(configs, sources, function)
    found = []
    for field, each in named.items():
        arn, counted = str(each.queue), isinstance(each, DeadLettersAtMost)
        own = sorted({*ends, *sources}) if counted else ends
        if arn not in own and (reason := (yield from _not_opted_in(arn, tag))):
            known = ", ".join(own) or "none is known"
            found.append(
                f"{field}: {arn!r} is no {'source, ' if counted else ''}destination or dead-letter queue "
                f"of these mappings or their function ({known}), and {reason}; name one of those, or tag the queue "
                f"{tag}=true"
            )
    return Findings(problems=tuple(found))


def _ends(
    configs: Sequence[Document], sources: Sequence[str], function: Document
) -> Step[list[str]]:
    """The queues where mappings and function send what they give up: dead letters, destinations."""
    ends = {*destination_queues([source(each) for each in configs], ())}
    ends.add(function.get("DeadLetterConfig", {}).get("TargetArn", ""))
    for arn in sources:
        ends.add(redrive_to((yield from attributes_of(arn))))
    return sorted(ends - {""})


def _not_opted_in(arn: str, tag: str) -> Step[str]:
    """Why a queue has not opted in, or an empty string."""
    url = yield from url_of(arn)
    if not url.done:
        return f"it cannot be read ({url})"
    answer = yield from Call("sqs", "ListQueueTags", {"QueueUrl": url.body["QueueUrl"]})
    if not answer.done:
        return f"its tags cannot be read ({answer})"
    return "" if opted_in(answer.body, tag) else f"it has no tag {tag}=true"
