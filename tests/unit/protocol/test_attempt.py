from snapback.model.timings import Timings
from tests.fakes.attempts import attempt

TIMINGS = Timings(
    spare_seconds=3, send_margin_seconds=25, quiet_margin_seconds=60, deadline_margin_seconds=120
)


def test_an_attempt_stops_sending_before_its_steps_and_is_quiet_after_its_end() -> None:
    mine = attempt(1000, seconds=100, timings=TIMINGS)
    assert (mine.send_until, mine.steps_end_at, mine.ends_at) == (1075, 1097, 1100)
    assert mine.quiet_at == 1160


def test_its_time_goes_on_and_its_end_does_not() -> None:
    now = [1000.0]
    mine = attempt(lambda: now[0], seconds=100, timings=TIMINGS)
    now[0] = 1050.0
    assert (mine.now, mine.ends_at) == (1050, 1100)


def test_a_deadline_has_the_margin_that_the_sweeper_grants() -> None:
    assert attempt(1000, timings=TIMINGS).until(5, 7) == 1000 + 12 + 120
    assert attempt(1000, timings=TIMINGS).until() == 1120


def test_attempts_that_are_refused_together_come_back_apart() -> None:
    one, other = (attempt(1000, owner=name, timings=TIMINGS) for name in ("a", "b"))
    pauses = [[each.spread_pause(number) for number in range(1, 30)] for each in (one, other)]
    assert pauses[0] != pauses[1]
    assert all(1 <= each <= 4 for each in (*pauses[0], *pauses[1]))
