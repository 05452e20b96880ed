from typing import Any

import pytest

from snapback.workload.waiting import seconds_behind, waiting
from tests.fakes.report import BEGAN, QUEUE, STREAM, a_report


def counted(**counts: int) -> dict[str, Any]:
    """A report whose only sample counted a queue so."""
    return {"samples": [{"at": 7.0, "queues": {QUEUE: counts}}]}


def test_what_waits_in_a_queue_is_told_apart() -> None:
    found = waiting(counted(visible=4, in_flight=2, delayed=3), QUEUE)
    assert found == {"visible": [(7.0, 4)], "in flight": [(7.0, 2)], "delayed": [(7.0, 3)]}


def test_what_never_was_in_flight_is_left_out_and_an_empty_queue_is_not() -> None:
    found = waiting(counted(visible=0, in_flight=0, delayed=0), QUEUE)
    assert found == {"visible": [(7.0, 0)]}


def test_a_count_of_what_was_written_is_preferred() -> None:
    assert list(waiting(a_report(), STREAM)) == ["written, not handled yet"]


@pytest.mark.parametrize("arn", ["", "b1:9092,b2:9092", "arn:aws:mq:r:1:broker:b"])
def test_nothing_is_known_of_a_source_that_nobody_counted(arn: str) -> None:
    assert waiting(a_report(), arn) == {}


def test_the_iterator_age_is_told_in_seconds() -> None:
    first = BEGAN // 60 * 60
    assert seconds_behind(a_report()) == [(first - 60, 0.45), (first, 24.0)]
    assert seconds_behind({}) == []
