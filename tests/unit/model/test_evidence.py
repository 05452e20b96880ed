"""What is known of a run: when its targets were broken, and what its metrics say of that time."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.model.evidence import Evidence, Span, quiet_minutes, spans, total_since
from snapback.model.records import Target, Turn

UNTOUCHED = Target(experiment_id="run", key="k", status="skipped", name="orders")


def turn(begins: float, ends: float) -> Turn:
    return Turn("orders", "", begins, ends)


def broken(begins: float, ends: float, *earlier: Turn) -> Target:
    return replace(UNTOUCHED, broken_at=begins, restored_at=ends, history=earlier)


@pytest.mark.parametrize(
    ("targets", "any_broken", "all_broken"),
    [
        ([], [], []),
        ([UNTOUCHED], [], []),
        ([broken(10, 0)], [], []),
        ([broken(10, 20)], [(10, 20)], [(10, 20)]),
        ([broken(10, 20), broken(12, 25), UNTOUCHED], [(10, 25)], [(12, 20)]),
        ([broken(10, 20), broken(20, 25)], [(10, 25)], []),
        (
            [broken(110, 120, turn(10, 20)), broken(105, 115, turn(11, 22))],
            [(10, 22), (105, 120)],
            [(11, 20), (110, 115)],
        ),
    ],
    ids=["none", "untouched", "not back", "one", "two", "in turns", "two cycles"],
)
def test_each_cycle_has_the_time_when_any_target_was_broken_and_when_all_were(
    targets: list[Target],
    any_broken: list[tuple[float, float]],
    all_broken: list[tuple[float, float]],
) -> None:
    found = spans(targets)
    assert [[tuple(span) for span in each] for each in found] == [any_broken, all_broken]


@pytest.mark.parametrize(
    ("span", "minutes"),
    [
        (Span(60, 180), [60, 120]),
        (Span(61, 180), [120]),
        (Span(60, 179), [60]),
        (Span(61, 119), []),
    ],
)
def test_only_whole_minutes_count(span: Span, minutes: list[float]) -> None:
    assert span.minutes() == minutes


def evidence(points: dict[float, float], until: float = 1000, **more: Any) -> Evidence:
    """What is known where all targets were broken from 120 s to 240 s."""
    series = {"invocations": [{"at": at, "value": value} for at, value in points.items()]}
    window = (Span(120, 240),)
    return Evidence((), series, until, **({"any_broken": window, "all_broken": window} | more))


BUSY: dict[float, float] = {60: 5}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (evidence(BUSY), ([120, 180], 0)),
        (evidence(BUSY | {120: 2, 180: 3, 240: 7}), ([120, 180], 5)),
        (evidence(BUSY, until=180 + 360), ([120, 180], 0)),
        (evidence(BUSY, until=180 + 359), None),
        (evidence(BUSY | {180: 1}, until=300), None),
        (evidence(BUSY | {240: 1}, until=300), ([120, 180], 0)),
        (evidence({60: 0}), None),
        (evidence({120: 5}), None),
        (evidence({}), None),
        (evidence(BUSY, all_broken=()), None),
        (evidence(BUSY, any_broken=(), all_broken=()), None),
    ],
    ids=[
        "quiet", "leaking", "just published", "not published", "its own last minute",
        "a later minute", "idle before", "nothing before", "nothing", "took turns", "untouched",
    ],
)  # fmt: skip
def test_invocations_are_counted_where_a_missing_minute_means_none(
    found: Evidence, expected: tuple[list[float], float] | None
) -> None:
    assert quiet_minutes(found) == expected


def test_a_run_began_with_its_first_change_and_ended_with_its_last_restore() -> None:
    samples = [{"at": at} for at in (9.0, 10.0, 11.0)]
    found = Evidence(samples, {}, 100, any_broken=(Span(30, 40), Span(10, 20)))
    assert (found.began, found.back) == (10, 40)
    assert found.since_window() == samples[1:]
    untouched = Evidence(samples, {}, 100)
    assert (untouched.began, untouched.back, untouched.since_window()) == (None, None, [])


def test_a_total_includes_the_minute_of_the_restore() -> None:
    points = [{"at": float(at), "value": 1.0} for at in (0, 60, 120)]
    assert [total_since(points, back) for back in (59, 60, 119, 120)] == [3, 2, 2, 1]
