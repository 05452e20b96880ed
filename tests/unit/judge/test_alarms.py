from typing import Any

import pytest

from snapback.judge.alarms import alarm_stays_ok, alarm_within, probe_stays_up
from snapback.model.expectations import AlarmStaysOk, AlarmWithin, ProbeStaysUp
from tests.fakes.evidence import evidence, sample

URL = "https://shop.example/health"


def ringing(state: str, since: float) -> dict[str, Any]:
    return {"alarms": {"late": {"state": state, "since": since}}}


@pytest.mark.parametrize(
    ("seen", "within", "stays_ok"),
    [
        ([(700, "OK", 10), (800, "ALARM", 750)], "held", "deviated"),
        ([(700, "OK", 10), (900, "ALARM", 801)], "deviated", "deviated"),
        ([(700, "OK", 10), (900, "OK", 10)], "deviated", "held"),
        ([(700, "OK", 10)], "unknown", "held"),
        ([(700, "OK", 10), (800, "OK", 750)], "deviated", "unknown"),
        ([(700, "INSUFFICIENT_DATA", 10)], "unknown", "unknown"),
        ([(700, "OK", 10), (800, "UNREADABLE", 0), (900, "OK", 10)], "deviated", "held"),
        ([(700, "UNREADABLE", 0)], "unknown", "unknown"),
        ([(590, "OK", 10)], "unknown", "unknown"),
        ([], "unknown", "unknown"),
    ],
)
def test_alarms(seen: Any, within: str, stays_ok: str) -> None:
    samples = [sample(at, None, **ringing(state, since)) for at, state, since in seen]
    found = evidence(*samples)
    assert alarm_within(AlarmWithin(alarm="late", seconds=200), found).verdict == within
    assert alarm_stays_ok(AlarmStaysOk(alarm="late"), found).verdict == stays_ok


def probed(status: int, seconds: float = 0.1, error: str = "") -> dict[str, Any]:
    return {"probes": {URL: {"status": status, "seconds": seconds, "error": error}}}


@pytest.mark.parametrize(
    ("answers", "expected", "result"),
    [
        ([(200, 0.1), (302, 0.2)], {}, "held"),
        ([(200, 0.1), (503, 0.2)], {}, "deviated"),
        ([(200, 0.1), (0, 3.0)], {}, "deviated"),
        ([(200, 0.1), (503, 0.2)], {"failures": 1}, "held"),
        ([(200, 0.1), (204, 0.2)], {"status": 200}, "deviated"),
        ([(200, 0.1), (200, 0.9)], {"within_seconds": 0.5}, "deviated"),
        ([], {}, "unknown"),
    ],
)
def test_a_probe_stays_up(answers: Any, expected: Any, result: str) -> None:
    samples = [sample(590, **probed(200)), *(sample(700, 9, **probed(*each)) for each in answers)]
    asked = ProbeStaysUp(url=URL, **expected)
    assert probe_stays_up(asked, evidence(*samples)).verdict == result
