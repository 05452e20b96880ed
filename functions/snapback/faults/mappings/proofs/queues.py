"""Would a queue take its mapping back, and keep its messages until then?"""

import json
from collections.abc import Mapping

from snapback.faults.mappings.proofs import keys
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.model.effects import Step
from snapback.model.findings import NOTHING, Findings, merged, not_looked_at, warning
from snapback.workload.queues import read


def prove(subject: Subject) -> Step[Findings]:
    """The source queue exists, hides messages long enough and keeps them long enough."""
    answer = yield from read(subject.source_arn)
    if answer.gone:
        gone = f"reads {subject.source_arn}, which does not exist; leave the mapping out"
        return problem(subject.uuid, gone)
    if not answer.done:
        return not_looked_at(f"Queue {subject.source_arn}", answer)
    found = answer.body["Attributes"]
    key = yield from keys.prove_of_source(subject, found.get("KmsMasterKeyId"))
    return merged((_visibility(subject, found), _retention(subject, found), _receives(found), key))


def _visibility(subject: Subject, found: Mapping[str, str]) -> Findings:
    hidden = int(found.get("VisibilityTimeout", 30))
    timeout = subject.function.get("Timeout", 0)
    if hidden >= timeout:
        return NOTHING
    return problem(
        subject.uuid,
        f"reads {subject.source_arn}, whose visibility time-out of {hidden} seconds is shorter than "
        f"the function's {timeout}: Lambda would not make the mapping again; raise it to at least "
        f"{timeout}, better {6 * timeout}",
    )


def _retention(subject: Subject, found: Mapping[str, str]) -> Findings:
    kept = int(found.get("MessageRetentionPeriod", 345_600))
    if kept > subject.outage_seconds:
        return NOTHING
    return problem(
        subject.uuid,
        f"reads {subject.source_arn}, which keeps messages for {kept} seconds, less than the "
        f"{subject.outage_seconds} that nothing may read it; shorten total_chaos_duration or raise "
        "MessageRetentionPeriod",
    )


def _receives(found: Mapping[str, str]) -> Findings:
    policy = json.loads(found.get("RedrivePolicy") or "{}")
    if str(policy.get("maxReceiveCount")) != "1":
        return NOTHING
    return warning(
        "Messages in flight when the fault begins are received again, and the queue's "
        "maxReceiveCount is 1: they may go to its dead-letter queue."
    )
