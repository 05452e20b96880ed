"""Who may import what, and how large a handler may be."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import FUNCTIONS, ROOT

DOMAIN = sorted((FUNCTIONS / "snapback").rglob("*.py"))
HANDLERS = sorted(path for path in FUNCTIONS.glob("*.py") if "def handler(" in path.read_text())
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FORBIDDEN = {
    "aws",
    "aws_lambda_powertools",
    "boto3",
    "botocore",
    "logging",
    "os",
    "random",
    "settings",
    "socket",
    "time",
    "urllib.request",
}


def imports(path: Path) -> Iterator[str]:
    """The dotted name of everything that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def relative(path: Path) -> str:
    return str(path.relative_to(FUNCTIONS))


@pytest.mark.parametrize("path", DOMAIN, ids=relative)
def test_the_domain_knows_no_aws_no_clock_and_no_environment(path: Path) -> None:
    names = [f"{name}." for name in imports(path)]
    assert [n for n in names if n.startswith(tuple(f"{each}." for each in FORBIDDEN))] == []
    attributes = {
        n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)
    }
    assert attributes & {"utcnow", "today", "monotonic", "perf_counter"} == set()


def test_only_aws_imports_boto3() -> None:
    users = {
        path.relative_to(FUNCTIONS).parts[0]
        for path in FUNCTIONS.rglob("*.py")
        if {"boto3", "botocore"} & {name.split(".")[0] for name in imports(path)}
    }
    assert users == {"aws"}


def test_the_domain_may_read_a_request_with_pydantic_and_nothing_else_may() -> None:
    users = {relative(path) for path in FUNCTIONS.rglob("*.py") if "pydantic" in imports(path)}
    assert users == {"snapback/validate/schema.py"}


@pytest.mark.parametrize(
    "module", [path.stem for path in HANDLERS if path.stem != "validate_experiment"]
)
def test_no_handler_but_validation_needs_pydantic(module: str) -> None:
    """What must restore must not fail over a package it does not need."""
    program = f"import sys, {module}; sys.exit('pydantic' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=FUNCTIONS, check=False)
    assert ran.returncode == 0


@pytest.mark.parametrize("path", HANDLERS, ids=relative)
def test_a_handler_is_small_and_handles_no_error(path: Path) -> None:
    [handler] = [
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "handler"
    ]
    kinds = {type(node) for node in ast.walk(handler)}
    assert not kinds & {ast.Try, ast.Raise}
    assert handler.end_lineno
    assert handler.end_lineno - handler.lineno <= 30


def test_a_suite_imports_itself_and_the_fakes_and_nobody_imports_a_test() -> None:
    for path in TESTS:
        suite = path.relative_to(ROOT / "tests").parts[0]
        for name in (each for each in imports(path) if each.startswith("tests.")):
            _, owner, *rest = name.split(".")
            assert owner in (suite, "fakes"), f"{path} imports {name}"
            assert not any(each.startswith("test_") for each in rest), f"{path} imports {name}"
