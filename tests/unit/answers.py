"""Drives a step of the domain with canned answers."""

from collections.abc import Callable, Mapping
from typing import Any

from snapback.model.effects import Answer, Call, Check, Fetch, Load, Step, Write

type Canned = Answer | Mapping[str, Any] | Callable[[Mapping[str, Any]], Any] | list[Any]


def answer[T](step: Step[T], calls: Mapping[str, Canned], items: Any = None) -> T:
    """Run a step to its end: each Call is answered by its operation's name.

    A dict is the body of a good answer, a list is answered one by one, a function by the call's
    parameters, and what is not named is refused. Every write is made, every Wait is over at once, every request has a good form, and every read
    finds `items`.
    """
    reply: Any = None
    left = {name: list(each) for name, each in calls.items() if isinstance(each, list)}
    try:
        while True:
            match effect := step.send(reply):
                case Call():
                    canned = calls.get(effect.operation, refused())
                    if isinstance(canned, list):
                        canned = left[effect.operation].pop(0)
                    reply = _answer(canned, effect.params)
                case Write():
                    reply = True
                case Fetch() | Load():
                    reply = items
                case Check():
                    reply = ""
                case _:
                    reply = None
    except StopIteration as end:
        return end.value


def _answer(canned: Canned, params: Mapping[str, Any]) -> Answer:
    if callable(canned):
        canned = canned(params)
    return canned if isinstance(canned, Answer) else Answer(body=canned)


def refused(code: str = "AccessDeniedException", status: int = 403) -> Answer:
    """An answer that says no."""
    return Answer(code=code, message="no", status=status)


GONE = refused("ResourceNotFoundException", 404)
