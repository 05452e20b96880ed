"""When an experiment may run."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from snapback.validate import hours
from tests.unit.proof_account import LIMITS, account, refused


def at(day: int, clock: str) -> float:
    """A moment of a week that begins on Monday, day 1."""
    since_midnight = time.fromisoformat(clock)
    return datetime.combine(date(2026, 6, day), since_midnight, UTC).timestamp()


@pytest.mark.parametrize(
    ("allowed", "day", "clock", "seconds", "permitted"),
    [
        ("", 7, "03:00", 60, True),
        ("MON-FRI 09:00-17:00 UTC", 1, "09:00", 60, True),
        ("MON-FRI 09:00-17:00 UTC", 1, "08:59", 60, False),
        ("MON-FRI 09:00-17:00 UTC", 5, "16:59", 60, True),
        ("MON-FRI 09:00-17:00 UTC", 5, "16:59", 61, False),
        ("MON-FRI 09:00-17:00 UTC", 5, "16:59:30", 30, True),
        ("MON-FRI 09:00-17:00 UTC", 5, "16:59:30", 60, False),
        ("MON-FRI 09:00-17:00 UTC", 6, "12:00", 60, False),
        ("MON-FRI 09:00-17:00 UTC, SAT 10:00-12:30 UTC", 6, "12:00", 60, True),
        ("FRI-MON 00:00-24:00 UTC", 7, "23:59", 7200, True),
        ("FRI-MON 00:00-24:00 UTC", 1, "23:59", 7200, False),
        ("MON 09:00-10:00 UTC, MON 11:00-12:00 UTC", 1, "09:59", 4000, False),
    ],
)
def test_an_experiment_runs_within_the_allowed_hours(
    allowed: str, day: int, clock: str, seconds: int, *, permitted: bool
) -> None:
    problem = hours.problem(allowed, at(day, clock), seconds)
    assert (problem == "") is permitted
    assert permitted or f"is not within {allowed}" in problem


@pytest.mark.parametrize(
    "text",
    [
        "9-5",
        "MON-FRI",
        "MON-FRI 09:00-17:00",
        "MON-FRI 09:00-17:00 CET",
        "MON-XYZ 09:00-17:00 UTC",
        "MON 17:00-09:00 UTC",
        "MON 09:60-10:00 UTC",
        "MON 09:00-25:00 UTC",
    ],
)
def test_hours_that_are_not_understood_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not like|does not close|is not a time"):
        hours.parse(text)


def test_outside_the_allowed_hours_an_experiment_is_refused() -> None:
    limits = replace(LIMITS, allowed_hours="SUN 00:00-01:00 UTC")
    [problem] = refused(account(), limits)
    assert problem.startswith("allowed_hours: ")
