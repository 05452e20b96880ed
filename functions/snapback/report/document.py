"""What happened, in one document: the verdict first, then each target, then the series.

Times are epoch seconds.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from snapback.faults.mappings import repair
from snapback.faults.mappings.mapping import POSITION
from snapback.faults.mappings.replay import again
from snapback.judge.judge import overall
from snapback.model.evidence import Span
from snapback.model.records import TOUCHED, UNTOUCHED, Meta, Target
from snapback.workload.metrics import Series

LARGEST_OUTPUT_BYTES = 200_000
"""Step Functions passes 262,144 bytes between states; the rest is room for the envelope."""

SAMPLED = (
    "at", "phase", "mappings", "queues", "dead_letters", "destinations", "alarms", "probes",
)  # fmt: skip
"""What a report shows of a sample."""

LONGEST_CAUSE = 30_000
"""Step Functions keeps 32,768 characters of a cause."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the execution fails, in the shape Step Functions gives errors."""

    error: str
    cause: str

    def as_output(self) -> dict[str, str]:
        """`{Error, Cause}`."""
        return {"Error": self.error, "Cause": self.cause}


def judge(targets: Iterable[Target], original: Mapping[str, str] | None) -> Failure | None:
    """The error the execution ends with: the original one, else the first promise not kept.

    Whatever the error, the cause goes on with every target that is not back, and how to put it
    back by hand.
    """
    targets = list(targets)
    unrestored = [not_back(each) for each in targets if not each.terminal]
    if original:
        cause = [original.get("Cause", ""), *unrestored]
        return Failure(original["Error"], bounded(cause))
    if unrestored:
        return Failure("TargetsNotRestored", bounded(unrestored))
    if unequal := [_unequal(each) for each in targets if not _equal(each)]:
        return Failure("TargetsDiffer", bounded(unequal))
    return None


def bounded(lines: Sequence[str]) -> str:
    """The lines as one cause, as many as Step Functions keeps; says how many were left out."""
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) > LONGEST_CAUSE:
            kept.append(f"and {len(lines) - len(kept)} more lines: see the report")
            break
        kept.append(line)
    return "\n".join(kept)


def _equal(target: Target) -> bool:
    untouched = target.status == "skipped" and not target.was_restored
    return untouched or bool(target.verification.get("equal"))


def not_back(target: Target) -> str:
    """One line on a target that is not back: its status, why, and the command that puts it back."""
    reason = target.reason or "it may still be changed"
    if target.status in UNTOUCHED:
        return f"{target.uuid} is {target.status}: it was not touched"
    return f"{target.uuid} is {target.status}: {reason}. By hand: {by_hand(target)}"


def _unequal(target: Target) -> str:
    if target.status == "conflict":
        return f"{target.uuid}: {target.reason}. The recorded request: {by_hand(target)}"
    if target.status == "abandoned":
        return f"{target.uuid} was abandoned: {target.reason}. By hand: {by_hand(target)}"
    changed = target.verification.get("differences")
    found = json.dumps(changed) if changed else "it could not be verified"
    return f"{target.live_uuid} (was {target.uuid}) is not as it was: {found}"


def by_hand(target: Target) -> str:
    """The command with which a person puts the target back."""
    request = json.dumps(target.request).replace("'", "'\\''")
    region = target.snapshot["config"]["FunctionArn"].split(":")[3]
    verb = "update" if "UUID" in target.request else "create"
    command = f"aws lambda {verb}-event-source-mapping --region {region}"
    return f"{command} --cli-input-json '{request}'"


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out about a run beside its samples and series."""

    finished_at: float = 0
    windows: Sequence[Span] = ()
    expectations: Sequence[Mapping[str, Any]] = ()
    letters: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()


def build(
    meta: Meta,
    targets: Sequence[Target],
    samples: Sequence[Mapping[str, Any]],
    series: Series,
    failure: Failure | None,
    findings: Findings = Findings(),
) -> dict[str, Any]:
    """The full report; docs/report.md describes it."""
    cause = failure.as_output() if failure else meta.failure
    return {
        "version": 1,
        "experiment_id": meta.experiment_id,
        "execution_arn": meta.execution_arn,
        "status": _status(targets, failure, findings.expectations),
        "failure": cause,
        "ended_early": meta.reason,
        "experiment": dict(meta.experiment),
        "warnings": list(meta.warnings),
        "notes": list(findings.notes),
        "started_at": meta.started_at,
        "finished_at": findings.finished_at,
        "windows": [{"begins_at": span.begins, "ends_at": span.ends} for span in findings.windows],
        "expectations": [dict(each) for each in findings.expectations],
        "counts": {
            "targets": len(targets),
            "verified": sum(map(_equal, targets)),
            **Counter(target.status for target in targets),
        },
        "targets": [_target(each) for each in targets],
        "samples": [{k: v for k, v in each.items() if k in SAMPLED} for each in samples],
        "series": series,
        "letters": dict(findings.letters),
        "repair": repair.instructions(targets),
    }


_NOT_OURS = ("conflict", "abandoned")
"""How a target ends that is not verified, because it is known not to be as it was."""


def _status(
    targets: Sequence[Target], failure: Failure | None, verdicts: Iterable[Mapping[str, Any]]
) -> str:
    """`held`: every target is back and equal; `deviated`: one is not; `unknown`: none could look.

    Where every target is equal and nothing failed, the expectations decide.
    """
    if all(map(_equal, targets)):
        return "failed" if failure else overall(verdicts)
    seen = all(target.verification or target.status in _NOT_OURS for target in targets)
    return "deviated" if seen else "unknown"


def _target(target: Target) -> dict[str, Any]:
    config = target.snapshot.get("config", {})
    return {
        "source": target.key,
        "status": target.status,
        "old_uuid": target.uuid,
        "new_uuid": target.live_uuid,
        "detached_at": target.detached_at,
        "injected_at": target.injected_at,
        "restored_at": target.restored_at,
        "handled_again": again(config, target.request) if target.restored_at else "",
        "resumes_at": {k: v for k, v in target.request.items() if k in POSITION},
        "reason": target.reason,
        "verification": dict(target.verification),
        "by_hand": by_hand(target) if target.status in (*TOUCHED, *_NOT_OURS) else "",
        "earlier_cycles": [dict(each) for each in target.history],
    }


def short(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report as far as it fits into an execution's output; what was left out is named."""
    shortened = dict(report)
    left_out = []
    for part in ("series", "samples", "repair", "targets"):
        if len(json.dumps(shortened).encode()) <= LARGEST_OUTPUT_BYTES:
            break
        del shortened[part]
        left_out.append(part)
    return shortened | ({"left_out": left_out} if left_out else {})
