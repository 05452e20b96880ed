"""The report of a demonstration as files: the JSON, and the page made from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import infra  # noqa: F401  # makes the functions' own code importable
from lab.live_view import Picture
from snapback.report.page.render import page


def write(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write report.json and, of a run that came to its end, report.html; answers their paths."""
    folder.mkdir(exist_ok=True)
    texts = {"report.json": json.dumps(report, indent=2) + "\n"}
    if "targets" in report:
        texts["report.html"] = page(report)
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]


def backlog(seen: Iterable[tuple[float, Picture]]) -> dict[str, list[dict[str, float]]]:
    """What was written and not handled yet, by source: `[{at, value}]` in the order it was seen."""
    series: dict[str, list[dict[str, float]]] = {}
    for at, picture in seen:
        for row in picture.rows:
            series.setdefault(row.source, []).append({"at": at, "value": max(0, row.backlog)})
    return series
