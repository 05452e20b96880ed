"""Whether what piled up in queues has been handled, by the samples of a run; pure."""

from collections.abc import Sequence

from snapback.model.effects import Document

DRAINED = 0.05
"""The share of a backlog that counts as drained: with traffic going on it is never quite nothing."""


def drained(samples: Sequence[Document]) -> bool:
    """Whether of what piled up in each queue since the first sample a twentieth is left at most."""
    return all(_left(queue, samples) <= DRAINED for queue in samples[0].get("queues", {}))


def _left(queue: str, samples: Sequence[Document]) -> float:
    """The share of the greatest backlog that is left in the last sample; 1 if it is not known."""
    visible = [each.get("queues", {}).get(queue, {}).get("visible") for each in samples]
    before, now = visible[0], visible[-1]
    piled_up = max(each for each in visible if each is not None) - before
    if now is None:
        return 1
    return float((now - before) / piled_up) if piled_up else 0
