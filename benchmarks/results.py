"""All that was measured in one go, and `out/bench.json`, where it is kept."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from benchmarks.cases import Case
from benchmarks.measures import Idle, Measured, Phase
from infra import ROOT

FILE = ROOT / "out" / "bench.json"
PACKAGES = ("boto3", "moto", "jsonata-python", "greenlet")


@dataclass(frozen=True)
class Results:
    """The runs by the names of their cases, and the instructions of each import that was counted.

    `lab` holds seconds, and what they are measured against; `made` says where, when and with what.
    """

    runs: Mapping[str, Measured] = field(default_factory=dict)
    imports: Mapping[str, int] = field(default_factory=dict)
    idle: Idle | None = None
    lab: Mapping[str, float] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)

    def of(self, case: Case) -> Measured | None:
        """The run of a case, if it was measured."""
        return self.runs.get(case.name)

    def write(self, path: Path) -> None:
        """Keep them as JSON."""
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, path: Path) -> Self:
        """The results that were kept."""
        kept = json.loads(path.read_text())
        runs = {name: _run(each) for name, each in kept.pop("runs").items()}
        idle = kept.pop("idle")
        return cls(runs=runs, idle=Idle(**idle) if idle else None, **kept)


def _run(kept: dict[str, Any]) -> Measured:
    phases = {name: Phase(**each) for name, each in kept.pop("phases").items()}
    return Measured(phases=phases, **kept)


def circumstances() -> dict[str, str]:
    """Where, when and with what something is measured."""
    commit = ["git", "rev-parse", "--short=12", "HEAD"]
    found = subprocess.run(commit, cwd=ROOT, check=False, capture_output=True, text=True)
    versions = (f"{name} {metadata.version(name)}" for name in PACKAGES)
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "commit": found.stdout.strip() or "unknown",
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}",
        "python": platform.python_version(),
        "packages": ", ".join(versions),
    }
