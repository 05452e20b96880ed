"""Judgements that rest on what queues held."""

from snapback.evidence import Evidence, grown, growth
from snapback.expectations import (
    BacklogGrew,
    DeadLettersAtMost,
    DestinationReceived,
    DrainedWithin,
)
from snapback.judgement.verdict import Verdict, deviated, held, unknown
from snapback.observation import drained


def backlog_grew(expected: BacklogGrew, evidence: Evidence) -> Verdict:
    """The source queues together held more while the fault was on than before it."""
    grew = growth(evidence)
    if not grew:
        return unknown("no queue among the sources was sampled")
    total = sum(max(0, each) for each in grew.values())
    judge = held if total >= expected.at_least else deviated
    return judge(f"{total} messages piled up", grew=grew)


def drained_within(expected: DrainedWithin, evidence: Evidence) -> Verdict:
    """Every source queue was back, soon enough, to a twentieth of what had piled up."""
    back, samples = evidence.back, evidence.samples
    if back is None:
        return unknown("nothing was affected")
    if not samples or not samples[0]["queues"]:
        return unknown("no queue among the sources was sampled; for a stream expect a metric")
    last = back
    for number, each in enumerate(samples):
        if each["at"] < back:
            continue
        last = each["at"]
        took = round(last - back, 1)
        if drained(samples[: number + 1]):
            judge = held if took <= expected.seconds else deviated
            return judge(f"drained {took} s after the last restore", seconds=took)
    watched = round(last - back, 1)
    left = {arn: counts["visible"] for arn, counts in samples[-1]["queues"].items()}
    judge = deviated if watched >= expected.seconds else unknown
    return judge(f"not drained {watched} s after the last restore", watched=watched, left=left)


def dead_letters_at_most(expected: DeadLettersAtMost, evidence: Evidence) -> Verdict:
    """So many messages at most were added to the dead-letter queue."""
    added = grown(evidence.samples, "dead_letters")
    if expected.queue:
        added = {arn: count for arn, count in added.items() if arn == expected.queue}
    if not added:
        return unknown("no dead-letter queue was sampled")
    total = sum(max(0, each) for each in added.values())
    judge = held if total <= expected.count else deviated
    return judge(f"{total} messages were added", added=added)


def destination_received(expected: DestinationReceived, evidence: Evidence) -> Verdict:
    """The destination was told of so many records at least, perhaps for one reason only."""
    read = {
        arn: letters
        for arn, letters in evidence.letters.items()
        if expected.queue in (None, arn) and "conditions" in letters
    }
    if not read:
        problems = [each["problem"] for each in evidence.letters.values() if "problem" in each]
        return unknown("; ".join(problems) or "no destination queue could be read")
    conditions: dict[str, int] = {}
    for letters in read.values():
        for condition, count in letters["conditions"].items():
            conditions[condition] = conditions.get(condition, 0) + count
    wanted = [expected.condition] if expected.condition else list(conditions)
    total = sum(conditions.get(each, 0) for each in wanted)
    if total >= expected.at_least:
        return held(f"{total} records arrived", conditions=conditions)
    if not all(letters["complete"] for letters in read.values()):
        return unknown("the destination holds more than was read", conditions=conditions)
    return deviated(f"{total} records arrived", conditions=conditions)
