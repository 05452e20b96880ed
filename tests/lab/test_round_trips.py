"""Every fault on every source and position, with writes all the time: nothing is lost, and what is handled again was announced."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import pytest

from lab import Lab
from lab.product import Product
from lab.sample.producer import SOURCES, Producer
from tests.lab.sample_mappings import Mappings, counts

LONG_AGO = 1_700_000_000
POSITIONS: dict[str, dict[str, Any]] = {
    "LATEST": {"StartingPosition": "LATEST"},
    "TRIM_HORIZON": {"StartingPosition": "TRIM_HORIZON"},
    "AT_TIMESTAMP": {"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": LONG_AGO},
}
CASES = [
    ("disable-mappings", "LATEST"),
    ("delete-mappings", "TRIM_HORIZON"),
    pytest.param("delete-mappings", "AT_TIMESTAMP", marks=pytest.mark.long),
    pytest.param("disable-mappings", "TRIM_HORIZON", marks=pytest.mark.long),
]

MILLIONS = count(1)
"""A test's numbers are its own."""

type Wait = Callable[..., Any]


@pytest.fixture
def mappings(product: Product, eventually: Wait) -> Mappings:
    found = Mappings(product.aws("lambda"), product.deployment.sample, eventually)
    found.settle(*SOURCES)
    return found


def reposition(mappings: Mappings, position: str) -> None:
    """Make the mapping of the stream, and of the table where it can, with another original position."""
    sources = ["kinesis"] if position == "AT_TIMESTAMP" else ["kinesis", "dynamodb"]
    for source in sources:
        request = mappings.delete(source)
        request.pop("StartingPositionTimestamp", None)
        mappings.create(source, request | POSITIONS[position])
    mappings.settle(*SOURCES)


@pytest.mark.parametrize(("fault", "position"), CASES)
def test_nothing_is_lost_and_no_more_is_repeated_than_announced(
    lab: Lab, product: Product, mappings: Mappings, eventually: Wait, fault: str, position: str
) -> None:
    reposition(mappings, position)
    before = product.mappings()
    first = 1_000_000 * next(MILLIONS)
    with Producer(lab, product.deployment.sample, per_second=5, first=first) as producer:
        execution = product.start(fault=fault, total_chaos_duration=4)
        ended = eventually(lambda: product.ended(execution), seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert product.mappings() == before

    def handled() -> dict[str, list[int]]:
        return counts(lab, product.deployment.sample, producer)

    eventually(lambda: all(min(each) > 0 for each in handled().values()), seconds=60)
    found = handled()
    for target in json.loads(ended["output"])["targets"]:
        source = target["source"].split(":")[2]
        repeated = {
            number
            for number, times in zip(producer.numbers(source), found[source], strict=True)
            if times > 1
        }
        assert repeated <= announced(source, target, producer), target["handled_again"]
        assert max(found[source]) <= 2, target["handled_again"]


def announced(source: str, target: Mapping[str, Any], producer: Producer) -> set[int]:
    """The numbers that may be handled again, by what the report says of a target."""
    resumes = target["resumes_at"]
    if "StartingPositionTimestamp" in resumes:
        since = resumes["StartingPositionTimestamp"]
        return {number for number, at in producer.written_by.items() if at >= since}
    if resumes.get("StartingPosition") == "TRIM_HORIZON":
        return set(producer.numbers(source))
    return set()
