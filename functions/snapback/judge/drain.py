"""Was the backlog handled soon enough: of queues by their samples, of streams by iterator age."""

from collections.abc import Iterator

from snapback.judge.verdict import Verdict, deviated, held, unknown
from snapback.model.evidence import Evidence
from snapback.model.expectations import DrainedWithin
from snapback.run.observation import drained
from snapback.workload.stream_lag import STREAMS, Lag, figures, measure

_JUDGED = STREAMS | {"sqs"}


def drained_within(expected: DrainedWithin, evidence: Evidence) -> Verdict:
    """Every source was back, soon enough, to a twentieth of what had piled up: the worst of all."""
    if evidence.back is None:
        return unknown("nothing was affected")
    found = list(_parts(expected, evidence))
    if not found:
        return unknown("nothing tells of a backlog of the sources")
    worst = min(found, key=lambda each: ("deviated", "unknown", "held").index(each.verdict))
    numbers = {name: each for one in found for name, each in one.figures.items()}
    return Verdict(worst.verdict, "; ".join(each.reason for each in found), numbers)


def _parts(expected: DrainedWithin, evidence: Evidence) -> Iterator[Verdict]:
    """A verdict on the queues, on the streams, and on what has neither depth nor iterator age."""
    sources, kinds = expected.sources, evidence.kinds
    if sources != "streams" and evidence.samples and evidence.samples[0]["queues"]:
        yield _queues(expected.seconds, evidence)
    if sources != "queues" and kinds & STREAMS:
        yield _streams(expected.seconds, evidence)
    if sources == "all" and kinds - _JUDGED:
        names = ", ".join(sorted(kinds - _JUDGED))
        yield unknown(f"how far behind {names} is was not measured")


def _queues(seconds: int, evidence: Evidence) -> Verdict:
    back, samples = evidence.back or 0.0, evidence.samples
    last = back
    for number, each in enumerate(samples):
        if each["at"] < back:
            continue
        last = each["at"]
        took = round(last - back, 1)
        if drained(samples[: number + 1]):
            judge = held if took <= seconds else deviated
            return judge(f"drained {took} s after the last restore", seconds=took)
    watched = round(last - back, 1)
    left = {arn: counts["visible"] for arn, counts in samples[-1]["queues"].items()}
    judge = deviated if watched >= seconds else unknown
    return judge(f"not drained {watched} s after the last restore", watched=watched, left=left)


def _streams(seconds: int, evidence: Evidence) -> Verdict:
    began, back = evidence.began or 0.0, evidence.back or 0.0
    lag = measure(evidence.series.get("iterator_age_ms", []), began, back, evidence.until)
    if lag is None:
        return unknown("streams: no iterator age of a whole minute before the first change")
    if not lag.seen:
        return unknown("streams: no iterator age since the last restore", **figures(lag))
    return _caught_up(seconds, lag)


def _caught_up(seconds: int, lag: Lag) -> Verdict:
    """What is known to the minute decides only if the whole of that minute does."""
    ages = f"iterator age rose from {lag.before / 1000:.1f} s to {lag.peak / 1000:.1f} s"
    if lag.at_most is None:
        judge = deviated if lag.at_least > seconds else unknown
        return judge(f"streams: {ages}, still behind {lag.at_least:.0f} s after", **figures(lag))
    known = f"{lag.at_least:.0f} to {lag.at_most:.0f} s after, known to the minute"
    reason = f"streams: {ages}, back as before {known}"
    if lag.at_most <= seconds:
        return held(reason, **figures(lag))
    return (deviated if lag.at_least > seconds else unknown)(reason, **figures(lag))
