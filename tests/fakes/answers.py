"""Drives a step of the domain with canned answers."""

from collections.abc import Callable, Mapping
from typing import Any

from aws import lambda_model
from snapback.model.effects import Answer, Call, Check, Fetch, Key, Load, Step, Wait, Write
from tests.fakes import requests, table
from tests.fakes.table import Item

type Canned = Answer | Mapping[str, Any] | Callable[[Mapping[str, Any]], Any] | list[Any]
type Answers = Mapping[str, Canned]


def answer[T](
    step: Step[T],
    answers: Answers,
    items: Any = None,
    *,
    asked: list[Call] | None = None,
    stored: dict[Key, Item] | None = None,
) -> T:
    """Run a step to its end: each Call is answered by its operation's name, and kept in `asked`.

    A dict is the body of a good answer, a list is answered one by one, a function by the call's
    parameters, and what is not named is refused. A request that the SDK would not send fails the
    test. Every Wait is over at once. Where nothing is `stored`, every write is made and every read
    finds `items`.
    """
    reply: Any = None
    told = teller(answers)
    while True:
        try:
            effect = step.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result
        match effect:
            case Call():
                if asked is not None:
                    asked.append(effect)
                reply = told(effect)
            case Check():
                reply = lambda_model.check(effect)
            case Write() | Fetch() | Load() if stored is not None:
                reply = table.perform(stored, effect)
            case Fetch() | Load():
                reply = items
            case Write():
                reply = True
            case Wait():
                reply = None
            case _:
                raise NotImplementedError(effect)


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


def refused(code: str = "AccessDeniedException", status: int = 403, message: str = "no") -> Answer:
    """An answer that says no."""
    return Answer(code=code, message=message, status=status)


DENIED = refused()
GONE = refused("ResourceNotFoundException", 404, "gone")
