"""How much waited in the queues around a run, by its samples; pure."""

from collections.abc import Sequence

from snapback.model.effects import Document
from snapback.model.evidence import Evidence

DRAINED = 0.05
"""The share of a backlog that counts as drained: under traffic a queue is rarely empty."""


def growth(evidence: Evidence) -> dict[str, int]:
    """By how many messages the backlog of each sampled source queue grew at most."""
    return grown(evidence.samples, "queues")


def grown(samples: Sequence[Document], kind: str) -> dict[str, int]:
    """By how many messages each queue of a kind grew at most since its first sample.

    `kind` is `queues`, `dead_letters` or `destinations`. One sample alone shows no growth.
    """
    seen: dict[str, list[int]] = {}
    for sample in samples:
        for arn, counts in sample.get(kind, {}).items():
            seen.setdefault(arn, []).append(counts["visible"])
    return {arn: max(counts) - counts[0] for arn, counts in seen.items() if len(counts) > 1}


def drained(samples: Sequence[Document]) -> bool:
    """Whether each queue is down to a twentieth of what piled up in it since the first sample."""
    return all(_left(queue, samples) <= DRAINED for queue in samples[0].get("queues", {}))


def _left(queue: str, samples: Sequence[Document]) -> float:
    """The share of the peak backlog that is left in the last sample; 1 if it is not known."""
    visible = [each.get("queues", {}).get(queue, {}).get("visible") for each in samples]
    before, now = visible[0], visible[-1]
    piled_up = max(each for each in visible if each is not None) - before
    if now is None:
        return 1
    return float((now - before) / piled_up) if piled_up else 0
