"""What the report tells of mappings, and whether a function missed its events."""

from collections.abc import Sequence
from typing import Any

from snapback.faults.mappings import repair
from snapback.faults.mappings.captured import captured
from snapback.faults.mappings.mapping import POSITION
from snapback.faults.mappings.replay import again, moment
from snapback.model.effects import Document
from snapback.model.evidence import Evidence, quiet_minutes
from snapback.model.records import Target
from snapback.workload.backlog import growth
from snapback.workload.sources import in_words

_LEFT_TO_DO = (
    "The mappings are back under new UUIDs. Infrastructure as code that owns them must learn of "
    "these before it changes them again."
)


def effect(evidence: Evidence) -> bool | None:
    """Whether a backlog grew or invocations stopped; None if neither can be measured."""
    grew = growth(evidence)
    quiet = quiet_minutes(evidence)
    felt = [any(grew.values())] if grew else []
    if quiet is not None:
        felt.append(quiet[1] == 0)
    return any(felt) if felt else None


def title(target: Target) -> str:
    """What the mapping reads, such as `Queue orders`, with its topics or queues."""
    source, *rest = target.key.split("|")
    return " ".join([in_words(source), *rest[1:]])


def tell(target: Target) -> dict[str, Any]:
    """`{source, source_arn, old_uuid, new_uuid, handled_again, resumes_at, facts}`."""
    config = captured(target).config
    resumes_at = {k: v for k, v in target.undo.items() if k in POSITION}
    handled_again = again(config, target.undo) if target.restored_at else ""
    facts = {
        "UUID": " → ".join(dict.fromkeys((target.name, target.live_name))),
        "Resumes at": _resumes(resumes_at),
        "Handled again": handled_again,
        "Not compared": _not_compared(target),
    }
    return {
        "source": target.key,
        "source_arn": config.get("EventSourceArn", ""),
        "old_uuid": target.name,
        "new_uuid": target.live_name,
        "handled_again": handled_again,
        "resumes_at": resumes_at,
        "facts": [{"name": name, "value": value} for name, value in facts.items() if value],
    }


def _resumes(position: Document) -> str:
    """Where the mapping starts to read again, or an empty string for a queue."""
    start = str(position.get("StartingPosition", ""))
    since = position.get("StartingPositionTimestamp")
    return f"{start} {moment(since)}" if since else start


def _not_compared(target: Target) -> str:
    """The settings that appeared meanwhile and that this version does not know, if any."""
    unknown = ", ".join(target.verification.get("unknown", ()))
    return f"{unknown}: this version does not know such settings" if unknown else ""


def left_to_do(targets: Sequence[Target]) -> dict[str, Any]:
    """How infrastructure as code finds the new mappings: `{summary, …}`; {} if none is new."""
    found = repair.instructions(targets)
    return {"summary": _LEFT_TO_DO, **found} if found else {}
