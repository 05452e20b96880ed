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
    """Whether each queue is down to a twentieth of what piled up in it since the first sample.

    Where a sample could not read a queue, the one before it counts.
    """
    return all(_left(queue, samples) <= DRAINED for queue in samples[0].get("queues", {}))


def unread_since(moment: float, samples: Sequence[Document]) -> list[str]:
    """The queues of the first sample that no sample since an epoch second could read."""
    later = [each.get("queues", {}) for each in samples if each["at"] >= moment]
    return [
        queue for queue in samples[0].get("queues", {}) if not any(queue in each for each in later)
    ]


def _left(queue: str, samples: Sequence[Document]) -> float:
    """The share of the peak backlog that was left when the queue was last read."""
    read = [each["queues"][queue] for each in samples if queue in each.get("queues", {})]
    visible = [counts["visible"] for counts in read]
    before, now = visible[0], visible[-1]
    piled_up = max(visible) - before
    return float((now - before) / piled_up) if piled_up else 0
