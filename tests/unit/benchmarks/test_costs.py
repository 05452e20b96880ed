"""What is used, and what it costs."""

import pytest

from benchmarks import costs, costs_page
from benchmarks.measures import Idle
from prove.prices import PRICES, Usage, total
from tests.unit.benchmarks.samples import results, run

IDLE = Idle(milliseconds=40, read_units=1, printed_bytes=600, metrics=3, alarms=4, dashboards=1)


def amounts(used: tuple[Usage, ...]) -> dict[str, float]:
    return {each.of: each.amount for each in used}


def test_a_script_costs_nothing() -> None:
    assert total(costs.of_run(run(requests={"lambda ListTags": 100}))) == 0


def test_a_run_costs_what_it_used() -> None:
    used = run(
        transitions=100,
        invocations=10,
        lambda_milliseconds=20_000,
        write_units=90,
        index_write_units=10,
        printed_bytes=1000,
        history_events=10,
        history_bytes=500,
    )
    found = amounts(costs.of_run(used))
    assert found["transition"] == 100
    assert found["gigabyte-second"] == pytest.approx(10)
    assert found["write unit"] == 100
    assert found["log gigabyte"] == pytest.approx(
        (1500 + 10 * costs.EVENT_BYTES + 10 * costs.PLATFORM_BYTES) / 1e9
    )
    assert (found["queue request"], found["object"], found["trace"]) == (40, 2, 1)
    assert total(costs.of_run(used)) == sum(PRICES[n].dollars * a for n, a in found.items())


def test_the_idle_stack_is_swept_every_minute_of_the_month() -> None:
    found = amounts(costs.of_idle_month(IDLE))
    assert found["request"] == found["read unit"] == 730 * 60
    assert total((Usage("alarm", found["alarm"]),)) == pytest.approx(0.40)
    assert total((Usage("dashboard", found["dashboard"]),)) == pytest.approx(3)


def test_the_page_adds_up_what_its_rows_say() -> None:
    large = run(targets=1000, transitions=200, read_units=100)
    page = costs_page.page(results(run(transitions=100), large, idle=IDLE))
    assert f"| a run on 100 | ${total(costs.of_run(run(transitions=100))):.4f} |" in page
    assert "| the idle stack, a month | $" in page
    assert all(each.page in page for name, each in PRICES.items() if name == "read unit")
