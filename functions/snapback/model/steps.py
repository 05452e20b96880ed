"""How steps are put together: several side by side, or one with its calls sent elsewhere."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from snapback.model.effects import THROTTLED, Answer, Call, Effect, Reply, Step, Wait
from snapback.model.place import Place
from snapback.model.timings import Clock


@dataclass(frozen=True, slots=True)
class Ended[T]:
    """How one of several steps ended: with a result, with an error, or not in time."""

    result: T | None = None
    error: Exception | None = None


def done[T](value: T) -> Step[T]:
    """A step that asks for nothing."""
    yield from ()
    return value


def through[T](step: Step[T], ask: Callable[[Effect], Step[Reply]]) -> Step[T]:
    """Run a step with `ask` asking for its effects; the reply, or the error, is sent to the step."""
    told = _Told()
    while True:
        try:
            effect = told.to(step)
        except StopIteration as end:
            result: T = end.value
            return result
        told = yield from _heard(ask(effect))


def at[T](place: Place, step: Step[T]) -> Step[T]:
    """Run a step with its calls sent to a place, except those that stay at home."""
    return through(step, partial(_sent_to, place))


def _sent_to(place: Place, effect: Effect) -> Step[Reply]:
    if isinstance(effect, Call) and not effect.at_home and effect.place is None:
        effect = replace(effect, place=place)
    return (yield effect)


def patiently[T](
    step: Step[T], until: float, clock: Clock, pause: Callable[[int], float]
) -> Step[T]:
    """Run a step and ask again for each read that was throttled; TimeoutError after a moment.

    `pause` is how many seconds to wait after the nth refusal.
    """
    return through(step, partial(_asked_again, until, clock, pause, count(1)))


def _asked_again(
    until: float,
    clock: Clock,
    pause: Callable[[int], float],
    refusals: Iterator[int],
    effect: Effect,
) -> Step[Reply]:
    reply = yield effect
    while _throttled(effect, reply):
        seconds = pause(next(refusals))
        if clock() + seconds >= until:
            raise TimeoutError(_out_of_time(effect))
        yield from Wait(seconds)
        reply = yield effect
    return reply


def _throttled(effect: Effect, reply: Reply) -> bool:
    reads = isinstance(effect, Call) and not effect.changes
    return reads and isinstance(reply, Answer) and reply.code in THROTTLED


def _out_of_time(effect: Effect) -> str:
    asked = f"{effect.service}:{effect.operation}" if isinstance(effect, Call) else "a request"
    return (
        f"out of time: {asked} was throttled to the end; name fewer targets, or start again when the "
        "account's other tools send fewer requests"
    )


def together[T](steps: Sequence[Step[T]], until: float, clock: Clock) -> Step[list[Ended[T]]]:
    """Run steps side by side until each has ended or a moment has come; none stops another."""
    ended: list[Ended[T] | None] = [None] * len(steps)
    wakes = [0.0] * len(steps)
    while waiting := [number for number, each in enumerate(ended) if each is None]:
        number = min(waiting, key=lambda each: wakes[each])
        if max(wakes[number], clock()) >= until:
            break
        if (pause := wakes[number] - clock()) > 0:
            yield from Wait(pause)
        wakes[number] = 0.0
        ended[number], seconds = yield from _until_it_waits(steps[number])
        wakes[number] = clock() + seconds
    return [each or Ended() for each in ended]


def _until_it_waits[T](step: Step[T]) -> Step[tuple[Ended[T] | None, float]]:
    """Run a step until it waits, and say for how long, or until it ends."""
    told = _Told()
    try:
        while True:
            effect = told.to(step)
            if isinstance(effect, Wait):
                return None, effect.seconds
            told = yield from _heard(_asked(effect))
    except StopIteration as end:
        return Ended(result=end.value), 0.0
    except Exception as error:  # noqa: BLE001  # one target's surprise must not stop the others
        return Ended(error=error), 0.0


@dataclass(frozen=True, slots=True)
class _Told:
    """How an effect ended: with a reply, or with an error."""

    reply: Reply = None
    error: Exception | None = None

    def to(self, step: Step[Any]) -> Effect:
        """Go on with the step that asked for the effect; the error is raised where it did."""
        return step.send(self.reply) if self.error is None else step.throw(self.error)


def _asked(effect: Effect) -> Step[Reply]:
    return (yield effect)


def _heard(asking: Step[Reply]) -> Step[_Told]:
    """Ask for an effect of another step; how that ended is for the other step."""
    try:
        return _Told((yield from asking))
    except Exception as error:  # noqa: BLE001  # it is raised in the step that asked
        return _Told(error=error)
