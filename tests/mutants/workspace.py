"""A copy of the project, in which a module may be changed while the project stays as it is."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from compileall import compile_dir
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

from tests.mutants import processes
from tests.mutants.every import SHIPPED, Mutant
from tests.mutants.processes import Ended
from tests.mutants.source import Source

CHECKED_HASH = PycInvalidationMode.CHECKED_HASH
_PYTEST = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider")
_NOT_PASSED_ON = (
    "SNAPBACK_SIMULATION", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTHONDONTWRITEBYTECODE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder of its own for the copy, and another for whatever the tests write."""

    project: Path
    temporary: Path

    async def pytest(
        self,
        arguments: Sequence[str],
        limit: float | None,
        *,
        via: Sequence[str] = ("-m", "pytest"),
    ) -> Ended:
        """Run pytest in the copy, or what runs pytest with these arguments."""
        asked = self.temporary / "arguments"
        asked.write_text("\n".join(arguments))
        base = self.temporary / "pytest"
        command = [sys.executable, *via, *_PYTEST, f"--basetemp={base}", f"@{asked}"]
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON}
        environment = {
            **kept,
            "TMPDIR": str(self.temporary),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.temporary / "hypothesis"),
        }
        return await processes.run(command, self.project, environment, limit)

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[None]:
        """Inside, the copy has the mutant."""
        source = Source.read(self.project, mutant.path)
        module = self.project / mutant.path
        compile(changed := source.edited(mutant.edit), mutant.path, "exec")
        module.write_bytes(changed)
        try:
            yield
        finally:
            module.write_bytes(source.raw)


@contextmanager
def workspace(root: Path) -> Iterator[Workspace]:
    """A copy of the project at `root`; nothing of it is left afterwards.

    The shipped modules are compiled with a hash of their text: by its time and size, Python would
    take a mutant for the module that it was made of.
    """
    with tempfile.TemporaryDirectory(prefix="snapback-mutants-") as folder:
        place = Path(folder).resolve()
        made = Workspace(place / "project", place / "temporary")
        made.temporary.mkdir()
        shutil.copytree(root, made.project, symlinks=True, ignore=_ignored(root))
        compile_dir(made.project / SHIPPED, quiet=1, invalidation_mode=CHECKED_HASH)
        yield made


def _ignored(root: Path) -> Any:
    """What no commit holds: as `.gitignore` has it, at the root or anywhere."""
    patterns = [".git", *(root / ".gitignore").read_text().split()]
    at_root = {each.strip("/") for each in patterns if each.startswith("/") or each == ".git"}
    anywhere = shutil.ignore_patterns(*(each.strip("/") for each in patterns if each[0] != "/"))

    def ignored(folder: str, names: list[str]) -> set[str]:
        found: set[str] = set(anywhere(folder, names))
        return found | (at_root & set(names) if Path(folder) == root else set())

    return ignored
