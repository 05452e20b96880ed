from typing import Any

import pytest

from snapback.workload.backlog import drained, grown, growth
from tests.fakes.evidence import GREW, QUEUE, evidence, sample


def backlogs(*visible: int | None) -> list[dict[str, Any]]:
    return [{"queues": {} if each is None else {"q": {"visible": each}}} for each in visible]


@pytest.mark.parametrize(
    ("visible", "expected"),
    [
        ((0, 0, 0), True),
        ((0, 100, 0), True),
        ((0, 100, 5), True),
        ((0, 100, 6), False),
        ((0, 100), False),
        ((50, 150, 55), True),
        ((50, 150, 56), False),
        ((50, 150, 10), True),
        ((0, 100, None), False),
    ],
)
def test_a_queue_is_drained_when_a_twentieth_of_what_piled_up_is_left(
    visible: tuple[int | None, ...], *, expected: bool
) -> None:
    assert drained(backlogs(*visible)) is expected


@pytest.mark.parametrize("samples", [[{"queues": {}}, {"queues": {}}], [{}, {}]])
def test_a_stream_has_no_backlog_to_wait_for(samples: list[dict[str, Any]]) -> None:
    assert drained(samples)


def test_a_backlog_grew_by_the_most_that_was_seen_over_the_first_sample() -> None:
    assert growth(evidence(*GREW, sample(895, 7))) == {QUEUE: 100}
    assert growth(evidence(sample(590, 5), sample(700, 3))) == {QUEUE: 0}


def test_one_sample_of_a_queue_shows_no_growth() -> None:
    assert growth(evidence(sample(590, None), sample(700, 40))) == {}
    assert grown([{"dead_letters": {"d": {"visible": 3}}}, {}], "dead_letters") == {}
