"""What the report tells of mappings, and whether a function missed its events."""

from collections.abc import Sequence
from typing import Any

from snapback.faults.mappings import repair
from snapback.faults.mappings.captured import captured
from snapback.faults.mappings.mapping import POSITION
from snapback.faults.mappings.replay import again
from snapback.model.evidence import Evidence, growth, quiet_minutes
from snapback.model.records import Target


def effect(evidence: Evidence) -> bool | None:
    """Whether a backlog grew or invocations stopped; None if neither can be measured."""
    grew = growth(evidence)
    quiet = quiet_minutes(evidence)
    felt = [any(grew.values())] if grew else []
    if quiet is not None:
        felt.append(quiet[1] == 0)
    return any(felt) if felt else None


def tell(target: Target) -> dict[str, Any]:
    """`{source, old_uuid, new_uuid, handled_again, resumes_at}`."""
    config = captured(target).config
    return {
        "source": target.key,
        "old_uuid": target.name,
        "new_uuid": target.live_name,
        "handled_again": again(config, target.undo) if target.restored_at else "",
        "resumes_at": {k: v for k, v in target.undo.items() if k in POSITION},
    }


def left_to_do(targets: Sequence[Target]) -> dict[str, Any]:
    """How infrastructure as code finds the new mappings."""
    return repair.instructions(targets)
