"""Mappings share functions, roles, queues and keys: each is asked about once."""

from snapback.model.effects import Answer, Call, Reply, Step


def cached[T](step: Step[T]) -> Step[T]:
    """Run a step that only reads; a repeated call gets the answer of the first."""
    known: dict[str, Answer] = {}
    reply: Reply = None
    while True:
        try:
            effect = step.send(reply)
        except StopIteration as end:
            result: T = end.value
            return result
        if not isinstance(effect, Call):
            reply = yield effect
            continue
        question = repr(effect)
        if question not in known:
            known[question] = yield from effect
        reply = known[question]
