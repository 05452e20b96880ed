"""The pace of an invocation: its share of what an experiment may send to Lambda's control plane."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise, repeat
from random import Random
from types import SimpleNamespace

import pytest

from aws import pace
from aws.pace import Pace
from snapback.model.effects import THROTTLED, Answer, Call
from tests.fakes.answers import DENIED, refused

LIST = Call("lambda", "ListEventSourceMappings")
TOO_MANY = refused("TooManyRequestsException", 429)
SLOWEST_SECONDS = 2


@dataclass
class Lambda:
    """Takes requests on a clock that only they and pauses move, and keeps when each came."""

    now: float = 1000.0
    takes: float = 0.0
    came_at: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds

    def gaps(self, paced: Pace, answers: Iterable[Answer], call: Call = LIST) -> list[float]:
        """Send a request for each of the answers; the seconds between one and the next."""
        first = len(self.came_at)
        for answer in answers:
            paced.keep(call, lambda given=answer: self._take(given))  # type: ignore[misc]
        return [round(later - one, 6) for one, later in pairwise(self.came_at[first:])]

    def _take(self, answer: Answer) -> Answer:
        self.came_at.append(self.now)
        self.now += self.takes
        return answer


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Lambda:
    """What the requests reach, without jitter."""
    made = Lambda()
    monkeypatch.setattr(pace, "time", SimpleNamespace(time=lambda: made.now, sleep=made.sleep))
    monkeypatch.setattr(pace, "random", SimpleNamespace(uniform=min))
    return made


def good(count: int) -> Iterator[Answer]:
    return repeat(Answer(), count)


@pytest.mark.parametrize(
    ("per_second", "at_once", "seconds"), [(10, 1, 0.1), (10, 5, 0.5), (15, 5, 1 / 3), (5, 40, 8)]
)
def test_an_invocation_sends_its_share_of_what_all_may_send(
    asked: Lambda, per_second: int, at_once: int, seconds: float
) -> None:
    gaps = asked.gaps(Pace.of(per_second, at_once), good(6))
    assert gaps == pytest.approx([seconds] * 5, abs=1e-5)


def test_the_first_request_does_not_wait(asked: Lambda) -> None:
    asked.gaps(Pace.of(10, 5), good(1))
    assert asked.came_at == [1000]


def test_the_time_that_an_answer_takes_counts(asked: Lambda) -> None:
    asked.takes = 0.3
    assert asked.gaps(Pace.of(10, 5), good(4)) == [0.5] * 3
    asked.takes = 0.7
    assert asked.gaps(Pace.of(10, 5), good(4)) == [0.7] * 3


def test_turns_that_were_not_taken_are_lost(asked: Lambda) -> None:
    paced = Pace.of(10, 5)
    asked.gaps(paced, good(2))
    asked.now += 60
    assert asked.gaps(paced, good(3)) == [0.5] * 2


@pytest.mark.parametrize(
    "call",
    [
        Call("lambda", "GetFunction"),
        Call("lambda", "GetPolicy"),
        Call("lambda", "Invoke"),
        Call("sqs", "GetQueueAttributes"),
    ],
    ids=lambda call: call.operation,
)
def test_what_another_quota_counts_neither_waits_nor_takes_a_turn(
    asked: Lambda, call: Call
) -> None:
    paced = Pace.of(10, 5)
    assert asked.gaps(paced, good(3)) == [0.5] * 2
    assert asked.gaps(paced, [Answer(), TOO_MANY, Answer()], call) == [0, 0]
    assert asked.gaps(paced, good(2)) == [0.5]


@pytest.mark.parametrize("code", THROTTLED)
def test_a_refusal_slows_it_down(asked: Lambda, code: str) -> None:
    gaps = asked.gaps(Pace.of(10, 5), [refused(code, 400), Answer(), Answer()])
    assert gaps == [0.5, 0.75]


def test_an_error_that_is_no_refusal_does_not_slow_it_down(asked: Lambda) -> None:
    assert (
        asked.gaps(Pace.of(10, 5), [DENIED, refused("ServiceException", 500), DENIED]) == [0.5] * 2
    )


@pytest.mark.parametrize(
    ("at_once", "slowest"), [(1, SLOWEST_SECONDS), (5, SLOWEST_SECONDS), (40, 4)]
)
def test_however_often_it_is_refused_it_asks_again_soon(
    asked: Lambda, at_once: int, slowest: float
) -> None:
    gaps = asked.gaps(Pace.of(10, at_once), repeat(TOO_MANY, 40))
    assert gaps == sorted(gaps)
    assert gaps[-1] == slowest


def test_good_answers_bring_its_share_back_and_no_more(asked: Lambda) -> None:
    paced = Pace.of(10, 5)
    gaps = asked.gaps(paced, chain(repeat(TOO_MANY, 10), good(40)))
    slowed = gaps[10:]
    assert slowed[:3] == [SLOWEST_SECONDS, 1.8, 1.62]
    assert slowed == sorted(slowed, reverse=True)
    assert slowed[-1] == min(slowed) == 0.5


def test_intervals_are_a_little_longer_than_the_share_and_never_shorter(
    asked: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "random", Random(7))  # noqa: S311  # a draw, no secret
    gaps = asked.gaps(Pace.of(10, 5), good(1001))
    assert 0.5 <= min(gaps) < 0.501
    assert 0.529 < max(gaps) <= 0.53


def test_those_that_were_refused_together_come_back_apart(
    asked: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "random", Random(7))  # noqa: S311  # a draw, no secret
    together = [Pace.of(10, 5) for _ in range(5)]
    gaps = [asked.gaps(each, [TOO_MANY, TOO_MANY, TOO_MANY])[1] for each in together]
    assert len({round(each, 4) for each in gaps}) == 5
