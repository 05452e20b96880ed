"""What happened, in one document: the verdict first, then each target, then the series.

Times are epoch seconds.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapback.records import Meta, Target
from snapback.signals import Series

LARGEST_OUTPUT_BYTES = 200_000
"""Step Functions passes 262,144 bytes between states; the rest is room for the envelope."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the execution fails, in the shape Step Functions gives errors."""

    error: str
    cause: str

    def as_output(self) -> dict[str, str]:
        """`{Error, Cause}`."""
        return {"Error": self.error, "Cause": self.cause}


def judge(targets: Iterable[Target], original: Mapping[str, str] | None) -> Failure | None:
    """The error the execution ends with: the original one, else the first promise not kept."""
    if original:
        return Failure(original["Error"], original.get("Cause", ""))
    targets = list(targets)
    if unrestored := [each for each in targets if not each.terminal]:
        return Failure("TargetsNotRestored", "\n".join(map(_unrestored, unrestored)))
    if unequal := [each for each in targets if not _equal(each)]:
        return Failure("TargetsDiffer", "\n".join(map(_unequal, unequal)))
    return None


def _equal(target: Target) -> bool:
    return target.status == "skipped" or bool(target.verification.get("equal"))


def _unrestored(target: Target) -> str:
    return f"{target.uuid} is {target.status}: {target.reason}. By hand: {by_hand(target)}"


def _unequal(target: Target) -> str:
    if target.status == "conflict":
        return f"{target.uuid}: {target.reason}. The recorded request: {by_hand(target)}"
    changed = target.verification.get("differences")
    found = json.dumps(changed) if changed else "it could not be verified"
    return f"{target.live_uuid} (was {target.uuid}) is not as it was: {found}"


def by_hand(target: Target) -> str:
    """The command with which a person puts the target back."""
    request = json.dumps(target.request).replace("'", "'\\''")
    return f"aws lambda create-event-source-mapping --cli-input-json '{request}'"


def build(
    meta: Meta,
    targets: Sequence[Target],
    samples: Sequence[Mapping[str, Any]],
    series: Series,
    failure: Failure | None,
) -> dict[str, Any]:
    """The full report."""
    cause = failure.as_output() if failure else meta.failure
    return {
        "version": 1,
        "experiment_id": meta.experiment_id,
        "status": _status(targets, failure),
        "failure": cause,
        "ended_early": meta.reason,
        "experiment": dict(meta.experiment),
        "started_at": meta.started_at,
        "counts": {
            "targets": len(targets),
            "verified": sum(map(_equal, targets)),
            **Counter(target.status for target in targets),
        },
        "targets": [_target(each) for each in targets],
        "samples": [
            {k: v for k, v in each.items() if k in ("at", "phase", "mappings", "queues")}
            for each in samples
        ],
        "series": series,
    }


def _status(targets: Sequence[Target], failure: Failure | None) -> str:
    """`held`: every target is back and equal; `deviated`: one is not; `unknown`: none could look."""
    if all(map(_equal, targets)):
        return "failed" if failure else "held"
    seen = all(target.verification or target.status == "conflict" for target in targets)
    return "deviated" if seen else "unknown"


def _target(target: Target) -> dict[str, Any]:
    return {
        "source": target.key,
        "status": target.status,
        "old_uuid": target.uuid,
        "new_uuid": target.live_uuid,
        "detached_at": target.detached_at,
        "restored_at": target.restored_at,
        "reason": target.reason,
        "verification": dict(target.verification),
        "earlier_cycles": [dict(each) for each in target.history],
    }


def short(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report as far as it fits into an execution's output; what was left out is named."""
    shortened = dict(report)
    left_out = []
    for part in ("series", "samples", "targets"):
        if len(json.dumps(shortened).encode()) <= LARGEST_OUTPUT_BYTES:
            break
        del shortened[part]
        left_out.append(part)
    return shortened | ({"left_out": left_out} if left_out else {})
