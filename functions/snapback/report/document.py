"""What happened, in one document: the verdict first, then each target, then the series.

Times are epoch seconds.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from snapback.faults import registry
from snapback.judge.judge import overall
from snapback.model.effects import Document
from snapback.model.evidence import Series, Span
from snapback.model.payload_limits import cause
from snapback.model.records import TOUCHED, Meta, Target
from snapback.rescue import not_back

LARGEST_OUTPUT_BYTES = 200_000
"""Step Functions passes 262,144 bytes between states; the rest is room for the envelope."""

_NOT_SHOWN = ("pk", "sk", "version", "expires_at", "settled")
"""What the report leaves out of a stored sample."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the execution fails, in the shape Step Functions gives errors."""

    error: str
    cause: str

    def as_output(self) -> dict[str, str]:
        """`{Error, Cause}`."""
        return {"Error": self.error, "Cause": self.cause}


def failure_of(
    meta: Meta, targets: Iterable[Target], original: Mapping[str, str] | None
) -> Failure | None:
    """The error the execution ends with: the original one, else the first promise not kept.

    Whatever the error, its cause also lists every target that is not back, and how to put it back
    by hand.
    """
    targets = list(targets)
    unrestored = not_back.lines(meta, targets)
    if original:
        return Failure(original["Error"], _cause([original.get("Cause", ""), *unrestored]))
    if unrestored:
        return Failure("TargetsNotRestored", _cause(unrestored))
    if unequal := [_unequal(meta, each) for each in targets if not _equal(each)]:
        return Failure("TargetsDiffer", _cause(unequal))
    return None


def _cause(lines: Sequence[str]) -> str:
    return cause(lines, "Targets")


def _equal(target: Target) -> bool:
    untouched = target.status == "skipped" and not target.was_restored
    return untouched or bool(target.verification.get("equal"))


def _unequal(meta: Meta, target: Target) -> str:
    command = not_back.by_hand(meta, target)
    if target.status == "conflict":
        return f"{target.name}: {target.reason}. The recorded request: {command}"
    if target.status == "abandoned":
        return f"{target.name} was abandoned: {target.reason}. By hand: {command}"
    changed = target.verification.get("differences")
    found = json.dumps(changed) if changed else "it could not be verified"
    return f"{target.live_name} (was {target.name}) is not as it was: {found}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found out about a run besides its samples and series."""

    finished_at: float = 0
    windows: Sequence[Span] = ()
    expectations: Sequence[Document] = ()
    letters: Document = field(default_factory=dict)
    notes: Sequence[str] = ()


def build(
    meta: Meta,
    targets: Sequence[Target],
    samples: Sequence[Document],
    series: Series,
    failure: Failure | None,
    found: Judgement = Judgement(),
) -> dict[str, Any]:
    """The full report; docs/report.md describes it."""
    cause = failure.as_output() if failure else meta.failure
    return {
        "version": 1,
        "experiment_id": meta.experiment_id,
        "execution_arn": meta.execution_arn,
        "status": _status(targets, failure, found.expectations),
        "failure": cause,
        "ended_early": meta.reason,
        "experiment": meta.experiment.told(),
        "warnings": list(meta.warnings),
        "notes": list(found.notes),
        "started_at": meta.started_at,
        "finished_at": found.finished_at,
        "windows": [{"begins_at": span.begins, "ends_at": span.ends} for span in found.windows],
        "expectations": [dict(each) for each in found.expectations],
        "counts": {
            "targets": len(targets),
            "verified": sum(map(_equal, targets)),
            **Counter(target.status for target in targets),
        },
        "targets": [_target(meta, each) for each in targets],
        "samples": [{k: v for k, v in each.items() if k not in _NOT_SHOWN} for each in samples],
        "series": series,
        "letters": dict(found.letters),
        "repair": registry.tell(meta.experiment.fault).left_to_do(targets),
    }


_NOT_OURS = ("conflict", "abandoned")
"""How targets end that are known not to be as they were, and are not verified."""


def _status(
    targets: Sequence[Target], failure: Failure | None, verdicts: Iterable[Document]
) -> str:
    """`held`: every target is back and equal; `deviated`: one is not; `unknown`: nobody could look.

    Where every target is equal and nothing failed, the expectations decide.
    """
    if all(map(_equal, targets)):
        return "failed" if failure else overall(verdicts)
    seen = all(target.verification or target.status in _NOT_OURS for target in targets)
    return "deviated" if seen else "unknown"


def _target(meta: Meta, target: Target) -> dict[str, Any]:
    by_hand = target.status in (*TOUCHED, *_NOT_OURS)
    fault = registry.tell(meta.experiment.fault)
    return {
        "title": fault.title(target),
        "name": target.live_name,
        "key": target.key,
        "status": target.status,
        **fault.tell(target),
        "broken_at": target.broken_at,
        "injected_at": target.injected_at,
        "in_force_at": target.in_force_at,
        "restored_at": target.restored_at,
        "reason": target.reason,
        "verification": dict(target.verification),
        "by_hand": not_back.by_hand(meta, target) if by_hand else "",
        "earlier_cycles": [asdict(each) for each in target.history],
    }


def short(report: Document) -> dict[str, Any]:
    """As much of the report as an execution's output takes; `left_out` names the rest."""
    shortened = dict(report)
    left_out = []
    for part in ("series", "samples", "repair", "targets"):
        if len(json.dumps(shortened).encode()) <= LARGEST_OUTPUT_BYTES:
            break
        if shortened.pop(part, None) is not None:
            left_out.append(part)
    return shortened | ({"left_out": left_out} if left_out else {})
