"""Runs a step of the domain: performs each effect, and sleeps while it waits."""

import time
from collections.abc import Callable
from functools import partial

from snapback.model.effects import Effect, Reply, Step, Wait

type Perform = Callable[[Effect], Reply]


def run[T](step: Step[T], perform: Perform, deadline: float) -> T:
    """Run a step to its end; TimeoutError if it has to wait beyond the deadline (epoch).

    What goes wrong with an effect is raised where the step asked for it.
    """
    go_on: Callable[[], Effect] = partial(step.send, None)
    while True:
        try:
            effect = go_on()
        except StopIteration as end:
            result: T = end.value
            return result
        if isinstance(effect, Wait):
            _sleep(effect.seconds, deadline)
            go_on = partial(step.send, None)
        else:
            go_on = _performed(step, effect, perform)


def _performed[T](step: Step[T], effect: Effect, perform: Perform) -> Callable[[], Effect]:
    """Perform an effect, and answer how its step goes on."""
    try:
        return partial(step.send, perform(effect))
    except Exception as error:  # noqa: BLE001  # steps side by side must not stop each other
        return partial(step.throw, error)


def _sleep(seconds: float, deadline: float) -> None:
    if time.time() + seconds >= deadline:
        raise TimeoutError(
            "out of time: AWS did not answer as needed before this invocation's own end"
        )
    time.sleep(seconds)
