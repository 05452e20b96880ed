"""What the demonstration says of the moment, from what it has seen."""

import pytest

from lab.demo import countdown
from lab.live_view import ABSENT, PRESENT, Picture, Row

HERE, PART, AWAY = ((PRESENT, PRESENT), (PRESENT, ABSENT), (ABSENT, ABSENT))


def picture(mappings: tuple[str, ...]) -> Picture:
    rows = tuple(Row(str(number), state, 0, 0) for number, state in enumerate(mappings))
    return Picture("Hold", rows)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ([], ""),
        ([HERE, PART], ""),
        ([HERE, PART, AWAY], "18 s left"),
        ([HERE, AWAY, AWAY], "17 s left"),
        ([AWAY, AWAY, PART], ""),
    ],
)
def test_the_countdown_runs_from_when_every_mapping_was_first_seen_away(
    seen: list[tuple[str, ...]], said: str
) -> None:
    moments = [(float(at), picture(mappings)) for at, mappings in enumerate(seen)]
    assert countdown(moments, seconds=20, now=4.0) == said


def test_a_window_that_is_over_has_no_countdown() -> None:
    assert countdown([(0.0, picture(AWAY))], seconds=20, now=20.0) == ""
