"""Executions are started until enough of them were stopped, and none is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from prove.check import Verdict
from prove.evidence import Stop, Stops
from prove.gather.stops import ROUNDS, STATES, until_enough
from prove.rows.executions import stops
from tests.unit.prove.samples import BACK

WANTED = [*STATES, *STATES[:2]]
TOO_LATE = replace(BACK, status="SUCCEEDED")
TIMED_OUT = replace(BACK, status="FAILED", error="States.Timeout: 60 s")


class Executions:
    """A state machine of which only so many executions of each round are stopped in time."""

    def __init__(self, *in_time: int, otherwise: Stop = TIMED_OUT) -> None:
        self._in_time = in_time
        self._otherwise = otherwise
        self.asked: list[list[str]] = []

    def stopped_in(self, wanted: Sequence[str]) -> list[Stop]:
        """The first ones of a round are stopped, the others end by themselves."""
        in_time = self._in_time[min(len(self.asked), len(self._in_time) - 1)]
        self.asked.append(list(wanted))
        return [
            replace(BACK if number < in_time else self._otherwise, state=state)
            for number, state in enumerate(wanted)
        ]


def test_ten_that_are_stopped_at_once_are_enough() -> None:
    executions = Executions(10)
    found = until_enough(WANTED, executions.stopped_in)
    assert executions.asked == [WANTED]
    assert len(found) == 12
    assert stops(Stops(found)).verdict is Verdict.PASS


@pytest.mark.parametrize("otherwise", [TOO_LATE, TIMED_OUT])
def test_states_in_which_none_was_stopped_are_tried_again(otherwise: Stop) -> None:
    executions = Executions(9, 1, otherwise=otherwise)
    found = until_enough(WANTED, executions.stopped_in)
    assert executions.asked == [WANTED, WANTED[9:]]
    assert len(found) == 15
    assert stops(Stops(found)).verdict is Verdict.PASS


def test_it_is_not_tried_for_ever() -> None:
    executions = Executions(2, 0)
    found = until_enough(WANTED, executions.stopped_in)
    assert len(executions.asked) == ROUNDS
    assert stops(Stops(found)).verdict is Verdict.FAIL


@pytest.mark.parametrize("in_time", [9, 10])
def test_one_that_never_comes_back_ends_it_and_is_told_with_its_error(in_time: int) -> None:
    executions = Executions(in_time, otherwise=replace(TIMED_OUT, back_seconds=None))
    found = until_enough(WANTED, executions.stopped_in)
    assert len(executions.asked) == 1
    given = stops(Stops(found))
    assert given.verdict is Verdict.FAIL
    assert given.said.startswith("never back: ")
    assert "(FAILED with States.Timeout: 60 s)" in given.said
