"""Drives a step of the domain with canned answers."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from aws import lambda_model
from snapback.model.effects import Answer, Call, Check, Effect, Reply, Step, Wait, Write
from tests.fakes import requests

type Canned = Answer | Mapping[str, Any] | Callable[[Mapping[str, Any]], Any] | list[Any]
type Answers = Mapping[str, Canned]


def answer[T](
    step: Step[T], answers: Answers, items: Any = None, *, asked: list[Call] | None = None
) -> T:
    """Run a step to its end: each Call is answered by its operation's name, and kept in `asked`.

    A dict is the body of a good answer, a list is answered one by one, a function by the call's
    parameters, and what is not named is refused. A request that the SDK would not send fails the
    test. Every Wait is over at once, every write is made, and every read finds `items`.
    """
    told = teller(answers)

    def perform(effect: Effect) -> Reply:
        match effect:
            case Call():
                if asked is not None:
                    asked.append(effect)
                return told(effect)
            case Check():
                return lambda_model.check(effect)
        return True if isinstance(effect, Write) else None if isinstance(effect, Wait) else items

    return drive(step, perform)


def drive[T](step: Step[T], perform: Callable[[Effect], Reply]) -> T:
    """Run a step to its end, one effect after another.

    What goes wrong with an effect is raised where the step asked for it; what the test finds wrong
    with it leaves the step.
    """
    go_on: Callable[[], Effect] = partial(step.send, None)
    while True:
        try:
            effect = go_on()
        except StopIteration as end:
            result: T = end.value
            return result
        try:
            go_on = partial(step.send, perform(effect))
        except AssertionError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is
            go_on = partial(step.throw, error)


def teller(answers: Answers) -> Callable[[Call], Answer]:
    """What answers Calls, each by its operation's name, as `answer` says."""
    left = {name: iter(each) for name, each in answers.items() if isinstance(each, list)}

    def tell(call: Call) -> Answer:
        requests.check_call(call)
        canned: Any = answers.get(call.operation, DENIED)
        if isinstance(canned, list):
            canned = next(left[call.operation])
        if callable(canned):
            canned = canned(call.params)
        return canned if isinstance(canned, Answer) else Answer(body=canned)

    return tell


def ok(**body: Any) -> Answer:
    """A good answer."""
    return Answer(body=body)


@cache
def refused(code: str = "AccessDeniedException", status: int = 403, message: str = "no") -> Answer:
    """An answer that says no."""
    return Answer(code=code, message=message, status=status)


DENIED = refused()
GONE = refused("ResourceNotFoundException", 404, "gone")
