"""Judgements on what was given up: dead letters, and letters to on-failure destinations."""

from collections import Counter
from collections.abc import Mapping

from snapback.model.effects import Document
from snapback.model.evidence import Evidence
from snapback.model.expectations import DeadLettersAtMost, DestinationReceived
from snapback.model.verdict import Verdict, deviated, held, unknown
from snapback.workload.backlog import grown


def dead_letters_at_most(expected: DeadLettersAtMost, evidence: Evidence) -> Verdict:
    """No more messages than allowed were added to the dead-letter queue."""
    added = grown(evidence.samples, "dead_letters")
    if expected.queue:
        added = {arn: count for arn, count in added.items() if arn == expected.queue}
    if not added:
        return unknown("no dead-letter queue was sampled")
    total = sum(max(0, each) for each in added.values())
    judge = held if total <= expected.count else deviated
    return judge(f"{total} messages were added", added=added)


def destination_received(expected: DestinationReceived, evidence: Evidence) -> Verdict:
    """The destination was told of enough records, of one condition or of any."""
    asked = {arn: e for arn, e in evidence.letters.items() if expected.queue in (None, arn)}
    read = [letters for letters in asked.values() if "records" in letters]
    if not read:
        return unknown(_unread(asked, evidence))
    records: Counter[str] = Counter()
    for letters in read:
        records.update(letters["records"])
    wanted = [expected.condition] if expected.condition else list(records)
    total = sum(records[each] for each in wanted)
    told = f"told of {total} records that were given up"
    if total >= expected.at_least:
        return held(told, records=dict(records))
    if not all(letters["complete"] for letters in read) or len(read) < len(asked):
        return unknown(f"{told}; the destinations hold more than was read", records=dict(records))
    seen = f"{told}; letters that another reader took away are not seen"
    return deviated(seen, records=dict(records))


def _unread(asked: Mapping[str, Document], evidence: Evidence) -> str:
    """Why no destination was read, and by how many messages each grew all the same."""
    if not asked:
        return "no destination queue is known: name a queue that receives its letters"
    added = grown(evidence.samples, "destinations")
    return "; ".join(
        each["problem"] + (f"; it holds {added[arn]} messages more" if added.get(arn) else "")
        for arn, each in asked.items()
    )
