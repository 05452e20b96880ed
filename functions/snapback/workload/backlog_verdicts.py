"""Judgements on a backlog: whether it grew, and whether it was handled soon enough."""

from collections.abc import Iterator

from snapback.model.evidence import Evidence
from snapback.model.expectations import BacklogGrew, DrainedWithin
from snapback.model.verdict import Verdict, deviated, held, unknown
from snapback.workload.backlog import drained, growth, unread_since
from snapback.workload.metrics import ITERATOR_AGE
from snapback.workload.stream_lag import STREAMS, Lag, figures, measure

_MEASURED = STREAMS | {"sqs"}
"""The kinds of source whose backlog is known."""


def backlog_grew(expected: BacklogGrew, evidence: Evidence) -> Verdict:
    """The source queues together held more while the fault was on than before it."""
    grew = growth(evidence)
    if not grew:
        return unknown("no queue among the sources was sampled")
    total = sum(max(0, each) for each in grew.values())
    judge = held if total >= expected.at_least else deviated
    return judge(f"{total} messages piled up", grew=grew)


def drained_within(expected: DrainedWithin, evidence: Evidence) -> Verdict:
    """Every source was back, soon enough, to a twentieth of what had piled up; the worst decides."""
    if evidence.back is None:
        return unknown("nothing was broken")
    if evidence.ready is None:
        return unknown("no sample since the last restore found every target at rest")
    found = list(_parts(expected, evidence))
    if not found:
        return unknown("no source has a backlog that was measured")
    worst = min(found, key=lambda each: ("deviated", "unknown", "held").index(each.verdict))
    numbers = {name: each for one in found for name, each in one.figures.items()}
    return Verdict(worst.verdict, "; ".join(each.reason for each in found), numbers)


def _parts(expected: DrainedWithin, evidence: Evidence) -> Iterator[Verdict]:
    """One verdict on the queues, one on the streams, one on the sources that cannot be measured."""
    sources, kinds = expected.sources, evidence.kinds
    if sources != "streams" and evidence.samples and evidence.samples[0].get("queues"):
        yield _queues(expected.seconds, evidence)
    if sources != "queues" and kinds & STREAMS:
        yield _streams(expected.seconds, evidence)
    if sources == "all" and kinds - _MEASURED:
        names = ", ".join(sorted(kinds - _MEASURED))
        yield unknown(f"how far behind {names} is was not measured")


def _queues(seconds: int, evidence: Evidence) -> Verdict:
    back, ready, samples = evidence.back or 0.0, evidence.ready or 0.0, evidence.samples
    last = back
    for number, each in enumerate(samples):
        if each["at"] < back:
            continue
        last = each["at"]
        took = max(0.0, round(last - ready, 1))
        seen = samples[: number + 1]
        if drained(seen) and not unread_since(back, seen):
            judge = held if took <= seconds else deviated
            return judge(f"drained {_after(took, evidence)}", seconds=took)
    if drained(samples) and (unread := unread_since(back, samples)):
        return unknown(f"no sample since the last restore could read {', '.join(unread)}")
    watched = round(last - ready, 1)
    left = {arn: counts["visible"] for arn, counts in samples[-1]["queues"].items()}
    judge = deviated if watched >= seconds else unknown
    return judge(f"not drained {_after(watched, evidence)}", watched=watched, left=left)


def _after(seconds: float, evidence: Evidence) -> str:
    """So many seconds after the targets were at rest, in words; what Lambda took is told apart."""
    starting = (evidence.ready or 0.0) - (evidence.back or 0.0)
    if not starting:
        return f"{seconds} s after the last restore"
    whole = round(seconds + starting, 1)
    return f"{seconds} s after its targets were at rest, {whole} s after the last restore"


def _streams(seconds: int, evidence: Evidence) -> Verdict:
    began, ready = evidence.began or 0.0, evidence.ready or 0.0
    lag = measure(evidence.series.get(ITERATOR_AGE, []), began, ready, evidence.until)
    if lag is None:
        return unknown("streams: no iterator age of a whole minute before the first change")
    if not lag.seen:
        return unknown("streams: no iterator age since the last restore", **figures(lag))
    return _caught_up(seconds, lag)


def _caught_up(seconds: int, lag: Lag) -> Verdict:
    """A moment known to the minute decides only where the whole of that minute agrees."""
    ages = f"iterator age rose from {lag.before / 1000:.1f} s to {lag.peak / 1000:.1f} s"
    if lag.at_most is None:
        judge = deviated if lag.at_least > seconds else unknown
        return judge(f"streams: {ages}, still behind {lag.at_least:.0f} s after", **figures(lag))
    known = f"{lag.at_least:.0f} to {lag.at_most:.0f} s after, known to the minute"
    reason = f"streams: {ages}, back as before {known}"
    if lag.at_most <= seconds:
        return held(reason, **figures(lag))
    return (deviated if lag.at_least > seconds else unknown)(reason, **figures(lag))
