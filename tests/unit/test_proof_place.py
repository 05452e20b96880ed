"""When and where an experiment may run: hours, role and Region."""

from datetime import UTC, datetime
from typing import Any

import pytest

from snapback.model.effects import Answer
from snapback.validate import hours
from tests.unit.proof_account import LIMITS, account, refused, validated

ROLE = "arn:aws:iam::210987654321:role/SnapbackTarget"


def at(day: int, clock: str) -> float:
    """A moment of a week that begins on Monday, day 1."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("allowed", "day", "clock", "seconds", "permitted"),
    [
        ("", 7, "03:00", 60, True),
        ("MON-FRI 09:00-17:00 UTC", 1, "09:00", 60, True),
        ("MON-FRI 09:00-17:00 UTC", 1, "08:59", 60, False),
        ("MON-FRI 09:00-17:00 UTC", 5, "16:59", 60, True),
        ("MON-FRI 09:00-17:00 UTC", 5, "16:59", 61, False),
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
    with pytest.raises(ValueError, match=r"is not like|does not close|is no time"):
        hours.parse(text)


def test_outside_the_allowed_hours_an_experiment_is_refused() -> None:
    limits = LIMITS.__class__(3600, 1000, "snapback:allowed", "SUN 00:00-01:00 UTC")
    [problem] = refused(account(), limits)
    assert problem.startswith("allowed_hours: ")


@pytest.mark.parametrize(
    ("request_", "code", "sentence"),
    [
        ({"assume_role_arn": ROLE}, "AssumeRole.AccessDenied",
         f"assume_role_arn: {ROLE} cannot be assumed (AssumeRole.AccessDenied: why)"),
        ({"assume_role_arn": ROLE}, "ExpiredTokenException", f"the session of {ROLE} has expired"),
        ({"region": "af-south-1"}, "UnrecognizedClientException",
         "region: af-south-1 does not accept this account"),
        ({"region": "xx-nowhere-1"}, "EndpointConnectionError",
         "region: xx-nowhere-1 cannot be reached"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_reached_is_named(
    request_: dict[str, Any], code: str, sentence: str
) -> None:
    answer = Answer(code=code, message="why", status=403)
    [problem] = refused(account(GetFunction=answer), **request_)
    assert sentence in problem


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"assume_role_arn": "SnapbackTarget"}, "assume_role_arn: 'SnapbackTarget' is not the ARN"),
        ({"assume_role_arn": "arn:aws:iam::1:role/x"}, "assume_role_arn: 'arn:aws:iam::1:role/x'"),
        ({"region": "Ireland"}, "region: 'Ireland' is not a Region; give one such as eu-west-1"),
    ],
)
def test_a_place_that_cannot_be_right_is_refused_without_a_call(
    request_: dict[str, Any], sentence: str
) -> None:
    [problem] = refused({}, **request_)
    assert problem.startswith(sentence)


@pytest.mark.parametrize(
    "region", ["eu-west-1", "us-gov-west-1", "ap-southeast-7", "eusc-de-east-1"]
)
def test_every_region_may_be_named(region: str) -> None:
    assert validated(account(), region=region)["experiment"]["region"] == region
