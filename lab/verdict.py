"""What became of every numbered message and of every mapping."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """Whether every claim held, in words, and the experiment's report with the workload's numbers."""

    held: bool
    text: str
    report: dict[str, Any]


def judge(
    execution: Mapping[str, Any],
    written: Mapping[str, range],
    handled: Mapping[str, Counter[int]],
) -> Verdict:
    """Hold what was handled against what was written, and each mapping against its snapshot."""
    if execution["status"] != "SUCCEEDED":
        problem = f"The experiment {execution['status']}: {execution.get('cause', '')}"
        return Verdict(held=False, text=problem, report={"status": execution["status"]})
    report: dict[str, Any] = json.loads(execution["output"])
    workload = {source: _counted(written[source], handled[source]) for source in written}
    lost = any(each["lost"] for each in workload.values())
    held = report["counts"].get("verified") == report["counts"]["targets"] and not lost
    lines = [
        *(_source(name, each) for name, each in workload.items()),
        *(_mapping(each) for each in report["targets"]),
        *(_expectation(each) for each in report.get("expectations", ())),
        "HELD: every message was handled and every mapping is as it was."
        if held
        else "DID NOT HOLD: see above.",
    ]
    return Verdict(held=held, text="\n".join(lines), report={**report, "workload": workload})


def _expectation(judged: Mapping[str, Any]) -> str:
    return f"expected  {judged['type']}: {judged['verdict']}, {judged['reason']}"


def _counted(written: range, handled: Counter[int]) -> dict[str, Any]:
    return {
        "written": len(written),
        "handled": sum(number in handled for number in written),
        "twice_or_more": sum(handled[number] > 1 for number in written),
        "lost": [number for number in written if number not in handled],
    }


def _source(name: str, counted: Mapping[str, Any]) -> str:
    lost = f", LOST {counted['lost']}" if counted["lost"] else ", none lost"
    return (
        f"{name:<9} {counted['written']} written, {counted['handled']} handled{lost}, "
        f"{counted['twice_or_more']} more than once"
    )


def _mapping(target: Mapping[str, Any]) -> str:
    source = target["source"].split("|")[0].split(":")[2]
    found = target["verification"]
    equal = f"{len(found['fields'])} fields equal" if found.get("equal") else str(found)
    moved = found.get("position") or {}
    start = f", starts at {moved['StartingPosition']['after']}" if moved else ""
    away = target["restored_at"] - target["broken_at"]
    return f"{source:<9} {target['old_uuid']} → {target['new_uuid']}, away {away:.1f} s, {equal}{start}"
