"""Judgements that rest on alarms and probes."""

from snapback.model.effects import Document
from snapback.model.evidence import Evidence
from snapback.model.expectations import AlarmStaysOk, AlarmWithin, ProbeStaysUp, shown
from snapback.model.verdict import Verdict, deviated, held, unknown
from snapback.workload.alarms import UNREADABLE


def alarm_within(expected: AlarmWithin, evidence: Evidence) -> Verdict:
    """The alarm rang soon enough after the first change."""
    began, seen = evidence.began, _states(expected.alarm, evidence)
    if began is None or not seen:
        return unknown(f"alarm {expected.alarm} was not seen after the first change")
    for _, found in seen:
        if found["state"] == "ALARM" and found["since"] >= began:
            took = round(found["since"] - began, 1)
            judge = held if took <= expected.seconds else deviated
            return judge(f"it rang {took} s after the first change", seconds=took)
    watched = round(seen[-1][0] - began, 1)
    judge = deviated if watched >= expected.seconds else unknown
    return judge(f"it had not rung {watched} s after the first change", watched=watched)


def alarm_stays_ok(expected: AlarmStaysOk, evidence: Evidence) -> Verdict:
    """The alarm was OK in every sample, and did not change in between."""
    began, seen = evidence.began, _states(expected.alarm, evidence)
    if began is None or not seen:
        return unknown(f"alarm {expected.alarm} was not seen after the first change")
    for _, found in seen:
        if found["state"] == "ALARM":
            at = round(found["since"] - began, 1)
            return deviated(f"it rang {at} s after the first change", seconds=at)
    if any(found["state"] != "OK" for _, found in seen):
        return unknown("it had too little data to be OK or in ALARM")
    if any(found["since"] > began for _, found in seen):
        return unknown("it changed between two samples and was OK again")
    return held(f"it was OK in all {len(seen)} samples", samples=len(seen))


def _states(alarm: str, evidence: Evidence) -> list[tuple[float, Document]]:
    return [
        (each["at"], each["alarms"][alarm])
        for each in evidence.since_window()
        if each.get("alarms", {}).get(alarm, {}).get("state", UNREADABLE) != UNREADABLE
    ]


def probe_stays_up(expected: ProbeStaysUp, evidence: Evidence) -> Verdict:
    """The endpoint answered in time in every sample, apart from the failures that are allowed."""
    url = shown(expected.url)
    probes = [
        each["probes"][url] for each in evidence.since_window() if url in each.get("probes", {})
    ]
    if not probes:
        return unknown("it was not probed after the first change")
    failed = [each for each in probes if down(expected, each)]
    slowest = max(each["seconds"] for each in probes)
    judge = deviated if len(failed) > expected.failures else held
    reason = f"{len(probes) - len(failed)} of {len(probes)} probes found it up"
    first = f"; the first failure: {down(expected, failed[0])}" if failed else ""
    return judge(reason + first, probes=len(probes), failed=len(failed), slowest_seconds=slowest)


def down(expected: ProbeStaysUp, probe: Document) -> str:
    """Why a probe did not find the endpoint up, or an empty string."""
    status = probe["status"]
    up = status == expected.status if expected.status else 200 <= status < 400  # noqa: PLR2004
    if not up:
        return str(probe["error"] or f"it answered {status}")
    slow = probe["seconds"] > expected.within_seconds
    return f"it took {probe['seconds']} s" if slow else ""
