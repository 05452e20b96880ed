"""Which lines each test runs: traced once for each test file, and kept while its files are the same."""

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.mutants import tracer
from tests.mutants.every import SHIPPED
from tests.mutants.tiers import TracedFile
from tests.mutants.workspace import Workspace

TRACER = str(tracer.__file__)


class NotGreen(Exception):
    """The tests fail without a mutant, so that they cannot tell one."""


async def trace(
    place: Workspace, path: str, kept_in: Path, limit: float | None = None
) -> TracedFile:
    """The tests of one file; NotGreen if they do not pass."""
    kept = kept_in / f"{path.replace('/', '.')}.json"
    found = _kept(place.project, kept)
    if found is None:
        found = await _run(place, path, limit)
        _keep(kept, found | {"digest": _digest(place.project, found["opened"])})
    return TracedFile.of(path, found)


async def _run(place: Workspace, path: str, limit: float | None) -> dict[str, Any]:
    result = place.temporary / "traced.json"
    ended = await place.pytest([path], limit, via=("-P", TRACER, SHIPPED, str(result)))
    if ended.code != 0:
        raise NotGreen(f"{path} does not pass without a mutant:\n{ended.output}")
    found: dict[str, Any] = json.loads(result.read_text())
    return found


def _keep(kept: Path, found: dict[str, Any]) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found))


def _kept(project: Path, kept: Path) -> dict[str, Any] | None:
    """What was traced before, if every file of the project that the tests opened is as it was."""
    if not kept.exists():
        return None
    found: dict[str, Any] = json.loads(kept.read_text())
    return found if found["digest"] == _digest(project, found["opened"]) else None


def _digest(project: Path, paths: Iterable[str]) -> str:
    whole = hashlib.sha256(f"{sys.version}\n".encode() + Path(TRACER).read_bytes())
    for path in paths:
        file = project / path
        content = file.read_bytes() if file.is_file() else b"\0"
        whole.update(path.encode() + b"\0" + hashlib.sha256(content).digest())
    return whole.hexdigest()
