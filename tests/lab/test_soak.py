"""Experiments that are stopped and whose handlers are killed at random moments; `make lab-soak` plays many more."""

from __future__ import annotations

import sys

from lab.product import Product
from lab.soak import DISTURBANCES, plan, soak

SEED = 1


def test_a_round_follows_from_its_seed_and_number() -> None:
    assert plan(SEED, 2) == plan(SEED, 2)
    assert plan(SEED, 2) != plan(SEED, 3)


def test_five_rounds_see_every_disturbance() -> None:
    for first in (1, 6, 11):
        plans = [plan(SEED, number) for number in range(first, first + 5)]
        kinds = [tuple(kind for _, kind in each.disturbances) for each in plans]
        assert sorted(kinds) == sorted(DISTURBANCES)


def test_everything_is_back_after_five_disturbed_experiments(product: Product) -> None:
    plans = [plan(SEED, number) for number in range(1, 6)]
    lines: list[str] = []
    result = soak(product, plans, first=10**12, say=lines.append)
    told = "\n".join([*lines, result.summary()])
    assert result.held, told
    sys.stdout.write(f"\n{told}\n")
    assert all(count > 10 for count in result.written.values())
