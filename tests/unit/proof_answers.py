"""Answers for steps that only ask: what each operation says, by its name."""

from collections.abc import Callable, Mapping
from typing import Any

from aws import lambda_model
from snapback.model.effects import Answer, Call, Check, Effect, Step, Wait

GONE = Answer(code="ResourceNotFoundException", message="gone", status=404)
DENIED = Answer(code="AccessDeniedException", message="no", status=403)

Answers = Mapping[str, Answer | Callable[[Call], Answer]]


def ok(**body: Any) -> Answer:
    """A good answer."""
    return Answer(body=body)


def run[T](step: Step[T], answers: Answers, asked: list[Call] | None = None) -> T:
    """Run a step to its end; an operation without an answer is denied."""
    answer: Any = None
    while True:
        try:
            effect = step.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result
        if isinstance(effect, Call) and asked is not None:
            asked.append(effect)
        answer = _answer(effect, answers)


def _answer(effect: Effect, answers: Answers) -> Any:
    match effect:
        case Call():
            found = answers.get(effect.operation, DENIED)
            return found if isinstance(found, Answer) else found(effect)
        case Check():
            return lambda_model.check(effect)
        case Wait():
            return None
    raise NotImplementedError(effect)
