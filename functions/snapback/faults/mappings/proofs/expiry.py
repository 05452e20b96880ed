"""Is what a recreated mapping reads again too old by then?

Lambda discards a record that is older than MaximumRecordAgeInSeconds, unseen by the function, even
one that was handled before. That loses nothing, but surprises whoever watches the on-failure
destination.
"""

from snapback.faults.mappings.iterator_age import neighbour
from snapback.faults.mappings.mapping import POSITION
from snapback.faults.mappings.proofs.subject import Subject
from snapback.faults.mappings.reading import everything
from snapback.faults.mappings.replay import age_limit
from snapback.faults.mappings.start_position import lossless
from snapback.model.effects import Document, Step
from snapback.model.findings import NOTHING, Findings, warning
from snapback.workload.sources import kind_of

_REPLAYED = ("kinesis", "dynamodb")
"""Sources whose new mapping starts before the last record that was read, and may have a limit."""


def warn(subject: Subject) -> Step[Findings]:
    """A warning where the new mapping starts at records that Lambda discards at once."""
    limit = age_limit(subject.config)
    if limit is None or kind_of(subject.config) not in _REPLAYED:
        return NOTHING
    start = yield from _start(subject)
    if not _too_old(start, subject, limit):
        return NOTHING
    return warning(
        f"Mapping {subject.uuid} starts again before records that it has handled. Those that are "
        f"older than {limit} seconds by then (MaximumRecordAgeInSeconds) are not handled "
        f"again: Lambda {fate(subject.config)}."
    )


def fate(config: Document) -> str:
    """What Lambda does with the records that it discards."""
    failures = (config.get("DestinationConfig") or {}).get("OnFailure") or {}
    where = failures.get("Destination")
    return f"sends them to {where} as RecordAgeExceeded" if where else "drops them"


def _start(subject: Subject) -> Step[Document]:
    if subject.resume == "original":
        return {name: subject.config.get(name) for name in POSITION}
    view = yield from everything()
    beside = neighbour(subject.config, view.documents)
    margin = subject.position_margin
    start = yield from lossless(subject.config, subject.now, margin, beside)
    return start.position


def _too_old(start: Document, subject: Subject, limit: int) -> bool:
    """Whether a record at the start may be too old once it is read; the oldest record always may."""
    if start.get("StartingPosition") != "AT_TIMESTAMP":
        return start.get("StartingPosition") == "TRIM_HORIZON"
    read_at = subject.now + subject.outage_seconds
    return bool(read_at - start["StartingPositionTimestamp"] >= limit)
