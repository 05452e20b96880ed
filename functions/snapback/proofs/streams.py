"""Is a stream there, and does it keep its records until its mapping reads again?"""

from typing import Any

from snapback.effects import Answer, Call, Step
from snapback.proofs.findings import (
    NOTHING,
    Findings,
    Subject,
    merged,
    not_looked_at,
    problem,
    warning,
)

_HOUR = 3600
_KEPT_SECONDS = {
    "dynamodb": 24 * _HOUR,
    "documentdb": 3 * _HOUR,
    "msk": 7 * 24 * _HOUR,
    "self-managed-kafka": 7 * 24 * _HOUR,
}
"""How long records, change streams and the offsets of a consumer group are kept. DynamoDB has no
other value; for the rest it is the default, which their control planes do not tell."""


def _describe(arn: str) -> Call:
    if arn.split(":")[2] == "dynamodb":
        return Call("dynamodbstreams", "DescribeStream", {"StreamArn": arn, "Limit": 1})
    if "/consumer/" in arn:
        return Call("kinesis", "DescribeStreamConsumer", {"ConsumerARN": arn})
    return Call("kinesis", "DescribeStreamSummary", {"StreamARN": arn})


def prove(subject: Subject) -> Step[Findings]:
    """The Kinesis or DynamoDB stream exists, is in use and keeps its records long enough."""
    arn = subject.source_arn
    answer: Answer = yield _describe(arn)
    if answer.gone:
        return problem(subject.uuid, f"reads {arn}, which does not exist; leave the mapping out")
    if not answer.done:
        return not_looked_at(f"Stream {arn}", answer)
    status = _status(answer.body)
    if status in ("DELETING", "DISABLING", "DISABLED"):
        return problem(subject.uuid, f"reads {arn}, which is {status}; leave the mapping out")
    summary = answer.body.get("StreamDescriptionSummary", {})
    kept = summary.get("RetentionPeriodHours", 24) * _HOUR
    return merged((_retention(subject, kept), _age(subject)))


def _status(body: Any) -> str:
    for name in ("StreamDescriptionSummary", "StreamDescription"):
        if name in body:
            return str(body[name].get("StreamStatus", ""))
    return str(body["ConsumerDescription"]["ConsumerStatus"])


def prove_kept(subject: Subject, kind: str) -> Findings:
    """A source that no call describes keeps what is not read, as far as its defaults say."""
    kept = _KEPT_SECONDS.get(kind)
    if kept is None:
        return NOTHING
    default = warning(
        f"How long {subject.source_arn or 'the Kafka cluster'} keeps what is not read cannot be "
        f"seen; its default of {kept // _HOUR} hours was assumed."
    )
    return merged((default, _retention(subject, kept), _age(subject)))


def _retention(subject: Subject, kept: int) -> Findings:
    if kept > subject.outage_seconds:
        return NOTHING
    return problem(
        subject.uuid,
        f"reads {subject.source_arn}, which keeps records for {kept} seconds, less than the "
        f"{subject.outage_seconds} that nothing may read it; shorten total_chaos_duration",
    )


def _age(subject: Subject) -> Findings:
    """Lambda discards records older than MaximumRecordAgeInSeconds unseen, also after a pause."""
    oldest = subject.config.get("MaximumRecordAgeInSeconds", -1)
    if oldest in (-1, None) or oldest > subject.outage_seconds:
        return NOTHING
    return problem(
        subject.uuid,
        f"discards records older than {oldest} seconds (MaximumRecordAgeInSeconds), less than the "
        f"{subject.outage_seconds} that nothing may read them; shorten total_chaos_duration or "
        "raise MaximumRecordAgeInSeconds",
    )
