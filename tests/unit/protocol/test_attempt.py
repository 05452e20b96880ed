"""What an invocation knows of its time, and the looks that the targets of a batch share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

import pytest

from snapback.model.effects import Answer, Step, Wait
from snapback.model.records import Target
from snapback.model.timings import Timings
from snapback.protocol.attempt import Shared
from snapback.protocol.contract import View
from tests.fakes.attempts import attempt
from tests.fakes.world import World

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
    assert all(1 <= each <= 4 for mine in pauses for each in mine[3:])


@pytest.mark.parametrize(("number", "longest"), [(1, 1), (2, 2), (3, 3), (4, 4), (9, 4)])
def test_the_pause_after_a_refusal_is_short_at_first(number: int, longest: float) -> None:
    names = map(str, range(200))
    found = [attempt(1000, owner=n, timings=TIMINGS).spread_pause(number) for n in names]
    assert 0.9 * longest < max(found) <= longest
    assert longest / 4 <= min(found) < longest / 2


TARGETS = [Target("run", name, "reserved", name) for name in ("a", "b")]
"""Enough to share a look."""


@dataclass
class Looks:
    """Looks that take so many seconds each; what one shows says when it was begun."""

    world: World = field(default_factory=World)
    takes: float = 0
    began: list[float] = field(default_factory=list)

    def shared(self, targets: Sequence[Target] = TARGETS, seconds: float = 10) -> Shared:
        return self.world.attempt(seconds=600).shared(self._look, targets, seconds)

    def _look(self, targets: Sequence[Target]) -> Step[View]:
        now = self.world.now
        self.began.append(now)
        if self.takes:
            yield from Wait(self.takes)
        return View({each.name: Answer({"at": now}) for each in targets})

    def seen(self, shared: Shared, at: float, newer_than: float = -inf) -> float:
        """When the look was begun that is answered at a moment."""
        self.world.now = at
        found = self.world.run(shared.view(newer_than))
        assert {*found.answers} <= {"a", "b"}
        return float(found.answers["a"].body["at"])


def test_a_look_is_shared_while_it_is_recent() -> None:
    looks = Looks()
    shared = looks.shared()
    assert [looks.seen(shared, at) for at in (1000, 1004, 1010, 1010.5, 1020.5)] == [
        *(1000, 1000, 1000),
        *(1010.5, 1010.5),
    ]
    assert looks.began == [1000, 1010.5]


def test_whoever_has_acted_since_gets_a_look_that_was_begun_afterwards() -> None:
    looks = Looks()
    shared = looks.shared()
    assert looks.seen(shared, 1000) == 1000
    assert looks.seen(shared, 1001, newer_than=999) == 1000
    assert looks.seen(shared, 1002, newer_than=1000) == 1002
    assert looks.seen(shared, 1003, newer_than=1001) == 1002


def test_a_look_that_was_under_way_is_not_newer() -> None:
    looks = Looks(takes=4)
    shared = looks.shared()
    assert looks.seen(shared, 1000) == 1000
    assert looks.seen(shared, 1005, newer_than=1002) == 1005


def test_a_look_that_takes_long_is_used_for_five_times_as_long() -> None:
    looks = Looks(takes=6)
    shared = looks.shared()
    assert [looks.seen(shared, at) for at in (1000, 1015, 1030, 1030.5)] == [*[1000] * 3, 1030.5]


def test_a_look_that_takes_long_is_not_older_than_what_is_asked_for() -> None:
    looks = Looks(takes=6)
    shared = looks.shared()
    assert looks.seen(shared, 1000) == 1000
    assert looks.seen(shared, 1008, newer_than=1003) == 1008


@pytest.mark.parametrize("takes", [0, 6])
def test_a_single_target_is_looked_at_anew_each_time(takes: float) -> None:
    looks = Looks(takes=takes)
    shared = looks.shared(TARGETS[:1])
    assert [looks.seen(shared, at) for at in (1000, 1006, 1012)] == [1000, 1006, 1012]


def test_a_look_that_failed_is_not_kept() -> None:
    looks = Looks()
    shared = looks.shared()

    def fail(_: object) -> None:
        raise ConnectionError

    looks.takes, looks.world.meanwhile = 1, fail
    with pytest.raises(ConnectionError):
        looks.world.run(shared.view())
    looks.takes = 0
    assert looks.seen(shared, 1001) == 1001
