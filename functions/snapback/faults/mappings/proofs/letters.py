"""Can the letters be read that an experiment expects in its on-failure destinations?"""

from collections.abc import Iterable, Mapping
from typing import Any

from snapback.faults.mappings.proofs.findings import (
    NOTHING,
    Findings,
    merged,
    not_looked_at,
    warning,
)
from snapback.model.effects import Answer, Step
from snapback.model.expectations import DestinationReceived, Expectation
from snapback.workload import queues
from snapback.workload.queues import destination_queues, redrive_to


def prove(expected: Iterable[Expectation], configs: Iterable[Mapping[str, Any]]) -> Step[Findings]:
    """Warn of every destination whose letters will stay unread; only where some are expected."""
    asked = [each for each in expected if isinstance(each, DestinationReceived)]
    if not asked:
        return NOTHING
    arns = destination_queues(configs, asked)
    if not arns:
        return warning(
            "destination_received cannot be judged: no mapping has a queue as its on-failure "
            "destination; name as its queue one that receives the letters."
        )
    found = NOTHING
    for arn in arns:
        found = merged((found, _findings(arn, (yield from queues.read(arn)))))
    return found


def _findings(arn: str, answer: Answer) -> Findings:
    if not answer.done:
        return not_looked_at(f"Destination {arn}", answer)
    if not redrive_to(answer.body["Attributes"]):
        return NOTHING
    return warning(
        f"Destination {arn} has a redrive policy: reading its letters counts as a receive and could "
        "move them on, so they are not read and destination_received cannot be judged."
    )
