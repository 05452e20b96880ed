"""Is a stream there, and does it keep its records until its mapping reads again?"""

from typing import Any

from snapback.faults.mappings.proofs import expiry, keys, lag
from snapback.faults.mappings.proofs.subject import Subject, problem
from snapback.faults.mappings.replay import age_limit
from snapback.model.effects import Call, Step
from snapback.model.findings import NOTHING, Findings, merged, not_looked_at, warning

_HOUR = 3600
NOT_FOUND = ("ResourceNotFoundException",)
_KEPT_SECONDS = {
    "dynamodb": 24 * _HOUR,
    "documentdb": 3 * _HOUR,
    "msk": 7 * 24 * _HOUR,
    "self-managed-kafka": 7 * 24 * _HOUR,
}
"""How long records, change streams and the offsets of a consumer group are kept. For DynamoDB there
is no other value; for the rest it is the default, since no call shows what is set."""


def _describe(arn: str) -> Call:
    if arn.split(":")[2] == "dynamodb":
        return Call(
            "dynamodbstreams", "DescribeStream", {"StreamArn": arn, "Limit": 1}, gone=NOT_FOUND
        )
    if "/consumer/" in arn:
        return Call("kinesis", "DescribeStreamConsumer", {"ConsumerARN": arn}, gone=NOT_FOUND)
    return Call("kinesis", "DescribeStreamSummary", {"StreamARN": arn}, gone=NOT_FOUND)


def prove(subject: Subject) -> Step[Findings]:
    """The Kinesis or DynamoDB stream exists, is in use and keeps its records long enough."""
    arn = subject.source_arn
    answer = yield from _describe(arn)
    if answer.gone:
        return problem(subject.uuid, f"reads {arn}, which does not exist; leave the mapping out")
    if not answer.done:
        return merged((not_looked_at(f"Stream {arn}", answer), (yield from _read_in_time(subject))))
    status = _status(answer.body)
    if status in ("DELETING", "DISABLING", "DISABLED"):
        return problem(subject.uuid, f"reads {arn}, which is {status}; leave the mapping out")
    summary = answer.body.get("StreamDescriptionSummary", {})
    kept = summary.get("RetentionPeriodHours", 24) * _HOUR
    key = yield from keys.prove_of_source(subject, summary.get("KeyId"))
    return merged((key, (yield from _read_in_time(subject, kept))))


def _status(body: Any) -> str:
    for name in ("StreamDescriptionSummary", "StreamDescription"):
        if name in body:
            return str(body[name].get("StreamStatus", ""))
    return str(body["ConsumerDescription"]["ConsumerStatus"])


def prove_by_default(subject: Subject, kind: str) -> Step[Findings]:
    """A source that no call describes keeps what is not read for as long as it does by default."""
    kept = _KEPT_SECONDS.get(kind)
    if kept is None:
        return NOTHING
    what = "what is not read" if kind == "documentdb" else "the offsets of a consumer group"
    default = warning(
        f"How long {subject.source_arn or 'the Kafka cluster'} keeps {what} cannot be seen; its "
        f"default of {kept // _HOUR} hours was assumed."
    )
    return merged((default, (yield from _read_in_time(subject, kept))))


def _read_in_time(subject: Subject, kept: int | None = None) -> Step[Findings]:
    """That nothing which is unread now or written in the window is too old once it is read."""
    behind, found = yield from lag.measure(subject)
    unread = subject.outage_seconds + (behind or 0)
    since = f"{subject.outage_seconds} that nothing may read it"
    if behind:
        since += f" and the {behind} that its function may be behind already"
    return merged((found, _retention(subject, kept, unread, since), _age(subject, unread, since)))


def _retention(subject: Subject, kept: int | None, unread: int, since: str) -> Findings:
    if kept is None or kept > unread:
        return NOTHING
    return problem(
        subject.uuid,
        f"reads {subject.source_arn}, which keeps records for {kept} seconds, less than the "
        f"{since}; shorten total_chaos_duration{_catch_up(subject, unread)}",
    )


def _age(subject: Subject, unread: int, since: str) -> Findings:
    """Lambda discards records older than MaximumRecordAgeInSeconds unseen, also after a pause."""
    oldest = age_limit(subject.config)
    if oldest is None or oldest > unread:
        return NOTHING
    limit = f"{oldest} seconds (MaximumRecordAgeInSeconds), less than the {since}"
    fate = expiry.fate(subject.config)
    if subject.accept_expiry:
        return warning(
            f"Mapping {subject.uuid} discards records older than {limit}. Lambda {fate}, and the "
            "function never sees them."
        )
    return problem(
        subject.uuid,
        f"discards records older than {limit}; shorten total_chaos_duration"
        f"{_catch_up(subject, unread)} or raise MaximumRecordAgeInSeconds; or set accept_expiry to "
        f"true, and Lambda {fate}",
    )


def _catch_up(subject: Subject, unread: int) -> str:
    return ", wait until it has caught up" if unread > subject.outage_seconds else ""
