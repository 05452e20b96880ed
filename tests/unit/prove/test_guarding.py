"""The guard of a run, and what prices amount to."""

from __future__ import annotations

import pytest

from prove.limit import Limit, Stopped
from prove.prices import PRICES, Usage, hourly, total


def limit(seconds: float = 60, dollars: float = 1, **more: float) -> Limit:
    return Limit(seconds, dollars, more.get("an_hour", 0), more.get("a_run", 0))


def test_a_run_within_its_limits_goes_on() -> None:
    limit().look()


def test_a_run_that_takes_too_long_is_stopped() -> None:
    late = limit(seconds=60)
    late.begun -= 61
    with pytest.raises(Stopped, match="more than 1 minutes"):
        late.look()


def test_a_run_that_costs_too_much_is_stopped_by_its_hours() -> None:
    dear = limit(seconds=9999, dollars=1, an_hour=2)
    dear.begun -= 1860
    with pytest.raises(Stopped, match=r"more than \$1\.00"):
        dear.look()


def test_a_run_that_costs_too_much_is_stopped_by_its_experiments() -> None:
    dear = limit(a_run=0.6)
    dear.runs = 2
    with pytest.raises(Stopped, match=r"more than \$1\.00"):
        dear.look()


def test_a_wait_ends_when_the_run_is_told_to_stop() -> None:
    stopping = limit()
    stopping.stop("it was told to stop (SIGINT)")
    stopping.stop("something later")
    with pytest.raises(Stopped, match="SIGINT"):
        stopping.pause(30)


def test_a_wait_answers_what_its_probe_found() -> None:
    found = iter(["", "", "there"])
    assert limit().until(lambda: next(found), "it", 5, step=0.001) == "there"


def test_a_wait_names_what_did_not_come() -> None:
    with pytest.raises(TimeoutError, match="the mapping: not within 0 s"):
        limit().until(lambda: False, "the mapping", 0, step=0.001)


def test_usage_is_multiplied_by_list_prices() -> None:
    bill = (Usage("transition", 4000), Usage("stream", 2))
    assert total(bill) == pytest.approx(0.1 + 0.03)
    assert hourly(bill) == pytest.approx(0.03)
    assert bill[0].told() == "4,000 Step Functions state transitions"


def test_every_price_is_positive_and_has_a_unit() -> None:
    assert all(each.dollars > 0 and each.unit for each in PRICES.values())
