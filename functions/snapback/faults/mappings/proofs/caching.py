"""Mappings share functions, roles, queues and keys: each is asked about once."""

from functools import partial

from snapback.model.effects import Call, Effect, Reply, Step
from snapback.model.steps import through


def cached[T](step: Step[T]) -> Step[T]:
    """Run a step that only reads; a repeated call gets the answer of the first."""
    return through(step, partial(_asked_once, {}))


def _asked_once(known: dict[str, Reply], effect: Effect) -> Step[Reply]:
    if not isinstance(effect, Call):
        return (yield effect)
    question = repr(effect)
    if question not in known:
        known[question] = yield effect
    return known[question]
