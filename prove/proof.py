"""The proof as a document, as its one-line verdict, and two of them compared; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from prove.check import Answer, Evidence, Verdict, answered
from prove.registry import CHECKS, ROWS

VERSION = 1


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a proof tells of its run besides the answers."""

    name: str
    revision: str
    """Of the source, as git describes it."""
    account: str
    """Masked, or that it is the lab."""
    regions: tuple[str, str]
    began_at: float
    ended_at: float
    stopped: str
    """Why it ended before its end, or an empty string."""
    left: tuple[str, ...]
    """What could not be removed."""
    planned_minutes: float
    planned_dollars: float


def document(evidence: Evidence, run: Circumstances) -> dict[str, Any]:
    """`{version, verdict, run, checks, rows, evidence}`; docs/proving.md describes it."""
    answers = {check.id: answered(check, evidence) for check in CHECKS}
    found = {
        "version": VERSION,
        "run": {
            **asdict(run),
            "on_lab": evidence.on_lab,
            "sources": sorted(evidence.sources),
        },
        "checks": [
            {"id": check.id, "asks": check.asks, **_said(answers[check.id])} for check in CHECKS
        ],
        "rows": [
            {
                "what": row.what,
                "why": row.why,
                "stands_in": row.stands_in,
                "checks": [each.id for each in row.checks],
                "unanswerable": row.unanswerable,
            }
            for row in ROWS
        ],
        "evidence": {kind.__name__: asdict(each) for kind, each in evidence.found.items()},
    }
    return {**found, "verdict": verdict(found)}


def _said(answer: Answer) -> dict[str, str]:
    return {"verdict": str(answer.verdict), "said": answer.said}


def counts(proof: Mapping[str, Any]) -> dict[str, int]:
    """How many checks have each verdict."""
    found = Counter(each["verdict"] for each in proof["checks"])
    return {str(each): found.get(str(each), 0) for each in Verdict}


def held(proof: Mapping[str, Any]) -> bool:
    """Whether nothing failed, everything was asked, and nothing is left."""
    run = proof["run"]
    return not (counts(proof)[Verdict.FAIL] or run["stopped"] or run["left"])


def verdict(proof: Mapping[str, Any]) -> str:
    """The whole in one line."""
    run = proof["run"]
    found = ", ".join(f"{count} {name}" for name, count in counts(proof).items() if count)
    where = "on the lab, which proves nothing about AWS" if run["on_lab"] else "on AWS"
    if run["stopped"]:
        return f"INCOMPLETE {where}, {run['stopped']}: {found}"
    left = f"; LEFT BEHIND: {', '.join(run['left'])}" if run["left"] else ""
    return f"{'HELD' if held(proof) else 'DID NOT HOLD'} {where}: {found}{left}"


@dataclass(frozen=True, slots=True)
class Change:
    """A check whose answer differs between two proofs."""

    id: str
    before: str
    after: str
    said: str

    def told(self) -> str:
        """As a line."""
        return f"{self.id}: {self.before} → {self.after} ({self.said})"


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Every check that is answered otherwise now, that is new, or that is gone."""
    before = {each["id"]: each for each in old["checks"]}
    after = {each["id"]: each for each in new["checks"]}
    for check_id in (*after, *(each for each in before if each not in after)):
        was, now = before.get(check_id), after.get(check_id)
        first = was["verdict"] if was else "not asked"
        then = now["verdict"] if now else "not asked"
        if first != then:
            yield Change(check_id, first, then, (now or was or {})["said"])
