"""An actor's own state: where its generator stands, found again by replaying what it was told.

A generator cannot be copied, so a state is known by the history of answers that leads to it. Two
histories that lead to the same effect, with every suspended function at the same place and with
the same variables that it still reads, are one state: that is what makes a polling loop finite.
Variables are the same by their repr. That of a closure is another in each replay, so what a step
holds on to while it waits is a value or a partial.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from snapback.model.effects import Wait
from snapback.model.errors import SnapbackError
from snapback.model.timings import Clock
from tests.simulation.liveness import live_at
from tests.simulation.outside import Alive, instantly

Program = Callable[[Clock], Generator[Any, Any, Any]]
type History = tuple[tuple[Any, float], ...]


class Time:
    """The clock of one replay; equal to every other as far as a state is concerned."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def __repr__(self) -> str:
        return "clock"


@dataclass(slots=True, eq=False)
class Local:
    """Where a generator stands: the effect it asks for next, or how it ended."""

    history: History
    effect: Any = None
    until: float | None = None
    outcome: str = ""
    after: dict[tuple[int, float], "Local"] = field(default_factory=dict)
    at_hand: tuple[Time, Generator[Any, Any, Any]] | None = None
    """The generator itself, until someone takes it further; kept only where states are not merged."""

    @property
    def running(self) -> bool:
        """Whether it has something left to do."""
        return not self.outcome


@dataclass(slots=True)
class Locals:
    """Every state of one program that was met.

    How far a loop over several targets has come shows in no variable: where there are several,
    equal-looking states must not be taken for one. The waits of a program that is punctual are
    steps that take their time; those of others are over at once, and time leaps ahead by itself.
    """

    program: Program
    merged: bool = True
    punctual: bool = False
    known: dict[Any, Local] = field(default_factory=dict)
    started: dict[float, Local] = field(default_factory=dict)

    def start(self, now: float) -> Local:
        """The state at the first effect."""
        if now not in self.started:
            self.started[now] = self._replay(((None, now),))
        return self.started[now]

    def next(self, local: Local, answer: Any, now: float) -> Local:
        """The state after an answer; answers are compared by identity, so equal ones are one."""
        step = (id(answer), now)
        if step not in local.after:
            history = (*local.history, (answer, now))
            local.after[step] = self._further(local, history) or self._replay(history)
        return local.after[step]

    def _further(self, local: Local, history: History) -> Local | None:
        if local.at_hand is None:
            return None
        at_hand, local.at_hand = local.at_hand, None
        after = Local(history, until=local.until, at_hand=at_hand)
        self._told(*at_hand, history[-1], after)
        return after

    def _replay(self, history: History) -> Local:
        time = Time(history[0][1])
        running = self.program(time)
        local = Local(history)
        for each in history:
            self._told(time, running, each, local)
        if not self.merged:
            local.at_hand = (time, running)
            return local
        key = local.outcome or (local.until, repr(local.effect), *_frames(running))
        return self.known.setdefault(key, local)

    def _told(
        self, time: Time, running: Generator[Any, Any, Any], heard: tuple[Any, float], local: Local
    ) -> None:
        answer, time.now = heard
        try:
            instant = True
            while instant:
                local.effect = running.send(answer)
                if isinstance(local.effect, Alive):
                    local.until = local.effect.until
                instant, answer = instantly(local.effect)
                instant = instant and not (self.punctual and isinstance(local.effect, Wait))
        except StopIteration as end:
            local.effect, local.outcome = None, f"ended: {end.value!r}"
        except SnapbackError as error:
            local.effect, local.outcome = None, f"failed: {type(error).__name__}"


def _told_apart(value: Any) -> Any:
    """A value by what tells it from another; a generator by where it stands."""
    if isinstance(value, Generator):
        return _frames(value)
    return [_told_apart(each) for each in value] if isinstance(value, list) else value


def _frames(running: Any) -> list[tuple[str, int, str]]:
    found = []
    while running is not None and running.gi_frame is not None:
        frame = running.gi_frame
        live = live_at(frame.f_code, frame.f_lasti)
        values = [
            (name, _told_apart(value)) for name, value in frame.f_locals.items() if name in live
        ]
        found.append((frame.f_code.co_qualname, frame.f_lasti, repr(values)))
        running = running.gi_yieldfrom
    return found
