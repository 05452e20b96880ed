"""Can Snapback read the letters that an experiment expects in on-failure destinations?"""

from collections.abc import Iterable

from snapback.model.effects import Answer, Document, Step
from snapback.model.expectations import DestinationReceived, Expectation
from snapback.model.findings import NOTHING, Findings, merged, not_looked_at, warning
from snapback.workload import queues
from snapback.workload.queues import destination_queues, redrive_to
from snapback.workload.sources import source


def prove(expected: Iterable[Expectation], configs: Iterable[Document]) -> Step[Findings]:
    """A warning for each destination whose letters will stay unread, where any are expected."""
    asked = [each for each in expected if isinstance(each, DestinationReceived)]
    if not asked:
        return NOTHING
    arns = destination_queues(map(source, configs), asked)
    if not arns:
        return warning(
            "destination_received cannot be judged: no mapping has a queue as its on-failure "
            "destination; name as its queue one that receives the letters."
        )
    found = []
    for arn in arns:
        found.append(_judged(arn, (yield from queues.read(arn))))  # noqa: PERF401  # it yields
    return merged(found)


def _judged(arn: str, answer: Answer) -> Findings:
    if not answer.done:
        return not_looked_at(f"Destination {arn}", answer)
    if not redrive_to(answer.body["Attributes"]):
        return NOTHING
    return warning(
        f"Destination {arn} has a redrive policy: reading its letters counts as a receive and could "
        "move them on, so they are not read and destination_received cannot be judged."
    )
