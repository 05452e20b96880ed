import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapback.model.evidence import Span
from snapback.report.page.charts import Line, chart, nice


@given(st.lists(st.floats(0, 1e9), max_size=30))
def test_any_series_is_drawn_inside_its_chart(values: list[float]) -> None:
    points = [(float(at), value) for at, value in enumerate(values)]
    drawn = chart("t", "u", [Line("n", "s", points)], Span(0, 30), origin=5)
    [line] = drawn.lines
    for x, y in re.findall(r"[ML]([\d.]+),([\d.]+)", str(line["d"])):
        assert 40 <= float(x) <= 460
        assert 20 <= float(y) <= 190
    assert 2 <= len(drawn.y_ticks) <= 6


@given(st.floats(1e-6, 1e12))
def test_a_step_is_nice_and_not_too_large(value: float) -> None:
    assert value * 0.999 <= nice(value) <= value * 2.6


@pytest.mark.parametrize(
    ("at_least", "step"),
    [(1, 1), (1.01, 2), (2, 2), (2.01, 5), (5, 5), (5.01, 10), (10, 10), (0.011, 0.02)],
)
def test_a_step_is_the_next_of_one_two_five(at_least: float, step: float) -> None:
    assert nice(at_least) == pytest.approx(step)
