"""What is shipped knows nothing of what deploys it, watches it, or tries it out."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import ROOT

PACKAGES = {"app", "functions", "infra", "lab", "tests", "watch"}
MAY_IMPORT = {
    "functions": set(),
    "infra": {"infra"},
    "lab": {"infra", "lab"},
    "watch": {"infra", "watch"},
}
MODULES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The packages that a module imports from, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield str(node.module).split(".")[0]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_package_imports_only_what_it_may(path: Path) -> None:
    assert set(imported(path)) & PACKAGES <= MAY_IMPORT[path.relative_to(ROOT).parts[0]]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_every_package_is_looked_at(package: str) -> None:
    assert any(path.is_relative_to(ROOT / package) for path in MODULES)
