"""Streams broken at 600 s and back at 930 s; their iterator age comes a minute at a time."""

import pytest

from snapback.model import expectations
from snapback.workload.stream_lag import figures, limits, measure, watched_until

BEGAN, BACK = 600.0, 930.0
BEFORE = {480.0: 300.0, 540.0: 500.0}
BEHIND = {**BEFORE, 900.0: 330_500.0, 960.0: 200_000.0}
CAUGHT_UP = {**BEHIND, 1020.0: 15_000.0, 1080.0: 400.0}


def points(values: dict[float, float]) -> list[dict[str, float]]:
    return [{"at": at, "value": value} for at, value in values.items()]


@pytest.mark.parametrize(
    ("values", "until", "at_least", "at_most"),
    [
        (CAUGHT_UP, 3000, 30, 150),
        ({**CAUGHT_UP, 1140.0: 90_000.0}, 3000, 30, 150),
        (CAUGHT_UP, 1139, 30, None),
        (BEHIND, 3000, 30, None),
        ({**BEFORE, 900.0: 400.0}, 3000, 0, None),
        ({**BEFORE, 1020.0: 400.0}, 3000, 0, 150),
        ({**BEFORE, 900.0: 330_500.0, 1200.0: 400.0}, 3000, 0, 330),
    ],
    ids=[
        "a twentieth is left", "once back is back", "a minute may still rise", "never back",
        "the minute of the restore is not whole", "never behind", "minutes without data",
    ],
)  # fmt: skip
def test_being_caught_up_is_known_to_the_minute(
    values: dict[float, float], until: float, at_least: float, at_most: float | None
) -> None:
    lag = measure(points(values), BEGAN, BACK, until)
    assert lag
    assert (lag.at_least, lag.at_most) == (at_least, at_most)


@pytest.mark.parametrize("values", [{}, {600.0: 400.0}, {541.0: 400.0, 1080.0: 9.0}])
def test_without_a_whole_minute_before_nothing_is_known(values: dict[float, float]) -> None:
    assert measure(points(values), BEGAN, BACK, 3000) is None


def test_a_verdict_has_the_lag_to_a_tenth_of_a_second() -> None:
    lag = measure(points(CAUGHT_UP), BEGAN, BACK + 0.26, 3000)
    assert lag
    assert figures(lag) == {
        "before_ms": 500.0,
        "peak_ms": 330_500.0,
        "seconds_at_least": 29.7,
        "seconds_at_most": 149.7,
    }


def test_a_lag_that_never_ended_has_no_longest_time() -> None:
    lag = measure(points(BEHIND), BEGAN, BACK, 3000)
    assert lag
    assert figures(lag)["seconds_at_most"] is None


def test_only_streams_that_are_expected_to_drain_are_waited_for() -> None:
    expected: list[expectations.Expectation] = [
        expectations.DrainedWithin(seconds=60),
        expectations.DrainedWithin(seconds=70, sources="queues"),
        expectations.BacklogGrew(),
    ]
    assert limits(expected, frozenset({"kinesis"})) == [60]
    assert limits(expected, frozenset({"sqs"})) == []
    assert watched_until([], BACK) == BACK
    assert watched_until([60, 90], BACK) == BACK + 90 + 120 + 300
