"""When experiments may run: `MON-FRI 09:00-17:00 UTC`, or several such spans separated by commas."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import NamedTuple

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_SYNTAX = re.compile(
    r"(?P<first>[A-Z]{3})(?:-(?P<last>[A-Z]{3}))? "
    r"(?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d) UTC"
)
_DAY_MINUTES = 24 * 60


class Hours(NamedTuple):
    """One span of the day on some weekdays: `opens` and `closes` are minutes after midnight."""

    days: frozenset[int]
    opens: int
    closes: int


def parse(text: str) -> tuple[Hours, ...]:
    """The spans that a setting lists, none if it is empty; ValueError quotes what is malformed."""
    return tuple(_parse(each.strip()) for each in text.split(",") if each.strip())


def _parse(text: str) -> Hours:
    found = _SYNTAX.fullmatch(text)
    days = [found[name] for name in ("first", "last") if found[name]] if found else []
    if not found or not set(days) <= set(DAYS):
        raise ValueError(f"{text!r} is not like 'MON-FRI 09:00-17:00 UTC'")
    first, last = DAYS.index(days[0]), DAYS.index(days[-1])
    opens, closes = _minutes(found["from"]), _minutes(found["to"])
    if not opens < closes <= _DAY_MINUTES:
        raise ValueError(f"{text!r} does not close later than it opens, at 24:00 at the latest")
    within = {(first + offset) % 7 for offset in range((last - first) % 7 + 1)}
    return Hours(frozenset(within), opens, closes)


def _minutes(clock: str) -> int:
    hours, minutes = map(int, clock.split(":"))
    if minutes > 59:  # noqa: PLR2004
        raise ValueError(f"{clock} is not a time of day")
    return hours * 60 + minutes


def problem(allowed: str, now: float, seconds: float) -> str:
    """Why an experiment that takes so many seconds may not start now, or an empty string."""
    spans = parse(allowed)
    begins = datetime.fromtimestamp(now, UTC)
    minutes = range(max(1, ceil((begins.second + seconds) / 60)))
    if not spans or all(_open(spans, begins + timedelta(minutes=each)) for each in minutes):
        return ""
    ends = begins + timedelta(seconds=seconds)
    times = f"{begins:%a %H:%M} to {ends:%a %H:%M} UTC"
    return (
        f"allowed_hours: {times} is not within {allowed}; start the experiment within those hours, "
        "or ask the owner of the stack to extend them"
    )


def _open(spans: Iterable[Hours], at: datetime) -> bool:
    minute = at.hour * 60 + at.minute
    return any(at.weekday() in each.days and each.opens <= minute < each.closes for each in spans)
