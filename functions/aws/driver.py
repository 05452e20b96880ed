"""Runs the domain's generators: performs each effect, and sleeps while all of them wait."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from snapback.model.effects import Effect, Step, Wait

Perform = Callable[[Effect], Any]


@dataclass(slots=True)
class Run[T]:
    """One generator on its way: when it goes on, and how it ended."""

    step: Step[T]
    wakes_at: float = 0
    answer: Any = None
    result: T | None = None
    error: Exception | None = None
    ended: bool = field(default=False)


def run[T](step: Step[T], perform: Perform, deadline: float) -> T:
    """Run one generator to its end; TimeoutError if it still waits at the deadline (epoch)."""
    only = run_all([step], perform, deadline)[0]
    if only.error is not None:
        raise only.error
    if not only.ended:
        raise TimeoutError(
            "out of time: AWS did not answer as needed before this invocation's own end"
        )
    return only.result  # type: ignore[return-value]  # it ended without an error


def run_all[T](steps: Sequence[Step[T]], perform: Perform, deadline: float) -> list[Run[T]]:
    """Run generators side by side until each ended or the deadline; none stops another."""
    runs = [Run(step) for step in steps]
    while waiting := [each for each in runs if not each.ended]:
        earliest = min(waiting, key=lambda each: each.wakes_at)
        if max(earliest.wakes_at, time.time()) >= deadline:
            break
        time.sleep(max(0.0, earliest.wakes_at - time.time()))
        _advance(earliest, perform)
    return runs


def _advance[T](each: Run[T], perform: Perform) -> None:
    """Go on until the generator waits or ends."""
    try:
        while True:
            effect = each.step.send(each.answer)
            each.answer = None
            if isinstance(effect, Wait):
                each.wakes_at = time.time() + effect.seconds
                return
            each.answer = perform(effect)
    except StopIteration as end:
        each.result, each.ended = end.value, True
    except Exception as error:  # noqa: BLE001  # one target's surprise must not stop the others
        each.error, each.ended = error, True
