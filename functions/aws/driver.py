"""Runs a step of the domain: performs each effect, and sleeps while it waits."""

import time
from collections.abc import Callable

from snapback.model.effects import Effect, Reply, Step, Wait

type Perform = Callable[[Effect], Reply]


def run[T](step: Step[T], perform: Perform, deadline: float) -> T:
    """Run a step to its end; TimeoutError if it has to wait beyond the deadline (epoch)."""
    reply: Reply = None
    while True:
        try:
            effect = step.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result
        if isinstance(effect, Wait):
            reply = None
            _sleep(effect.seconds, deadline)
        else:
            reply = perform(effect)


def _sleep(seconds: float, deadline: float) -> None:
    if time.time() + seconds >= deadline:
        raise TimeoutError(
            "out of time: AWS did not answer as needed before this invocation's own end"
        )
    time.sleep(seconds)
