"""Who may import what, who knows of what, and how large a handler may be."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from infra import FUNCTIONS, ROOT
from snapback.faults.registry import FAULTS

ROOMS = (
    "validate", "run", "report", "judge", "rescue", "faults", "workload", "protocol", "model",
)  # fmt: skip
"""Imports go down this list only."""

MOST_MODULES_TO_RESTORE = 30
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


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path) -> Iterator[str]:
    """The dotted name of everything that a module imports, anywhere in it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def relative(path: Path) -> str:
    return str(path.relative_to(FUNCTIONS))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(FUNCTIONS).with_suffix("").parts).removesuffix(".__init__")


def room(module: str) -> str:
    """The room of a module of the domain; the domain itself is in none."""
    return module.split(".")[1] if "." in module else ""


def graph() -> Mapping[str, set[str]]:
    """The modules of the domain, each with those that it imports."""
    modules = {dotted(path): path for path in DOMAIN}
    return {name: set(imported(path)) & set(modules) for name, path in modules.items()}


def imported(path: Path) -> Iterator[str]:
    """What a module imports; of a package also what may be a module in it."""
    yield from imports(path)
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_module_of_the_domain_is_in_a_room() -> None:
    rooms = {room(module) for module in graph()}
    assert rooms - {""} == set(ROOMS)


def test_rooms_import_only_downward() -> None:
    upward = [
        f"{module} imports {other}"
        for module, others in graph().items()
        for other in others
        if room(module) and room(other) and ROOMS.index(room(other)) < ROOMS.index(room(module))
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    TopologicalSorter(graph()).prepare()


def kind_of_target(module: str) -> str:
    """The folder in `faults/` of a module, which holds all faults on one kind of target."""
    return ".".join(module.split(".")[:3])


def fault_of(module: str) -> str:
    """The package of the fault that a module belongs to; empty for what its kind shares."""
    return next((each for each in FAULTS.values() if f"{module}.".startswith(f"{each}.")), "")


def test_a_fault_uses_of_other_faults_only_what_its_kind_of_target_shares() -> None:
    foreign = [
        f"{module} imports {other}"
        for module, others in graph().items()
        for other in others
        if room(module) == room(other) == "faults"
        if kind_of_target(module) != kind_of_target(other)
        or (fault_of(module) and fault_of(other) not in ("", fault_of(module)))
    ]
    assert foreign == []


NOT_TO_RESTORE = re.compile(
    r"snapback\.(validate|run|report|judge)\b|snapback\.faults\..*\b(plan|act|tell|input|proofs)\b"
)


@pytest.mark.parametrize("fault", FAULTS)
def test_restoring_loads_nothing_that_plans_judges_or_reports(fault: str) -> None:
    """Packages hold nothing but a docstring and are not counted."""
    program = (
        "import sys, restore_targets; from snapback.faults import registry; "
        f"registry.undo({fault!r}); "
        "print(*(n for n, m in sys.modules.items() if n.startswith('snapback.') "
        "and not hasattr(m, '__path__')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=FUNCTIONS, check=True, capture_output=True, text=True
    )
    loaded = ran.stdout.split()
    assert [each for each in loaded if NOT_TO_RESTORE.match(each)] == []
    assert f"{FAULTS[fault]}.undo" in loaded
    assert len(loaded) <= MOST_MODULES_TO_RESTORE


KNOWN_BELOW = {
    "mapping", "uuid", "esm",
    "queue", "sqs", "mq", "broker",
    "stream", "kinesis", "dynamodb", "shard",
    "kafka", "msk",
}  # fmt: skip
"""What only `faults/` and `workload/` know: the words of one kind of target and of its sources."""

EXEMPT = {
    ("model", "queue"): "a key of the input of two expectations",
    ("model", "Queue"): "what that key may hold, as the input is checked",
    ("model", "is_queue"): "how that is checked",
    ("model", "_QUEUE_ARN"): "and by what",
    ("validate", "EVENT_UUIDS"): "an upper-case key of other chaos tools, as users write it",
}


def identifiers(tree: ast.Module) -> Iterator[str]:
    """Every name that a module makes or uses."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.ImportFrom(module=str(name), names=aliases):
                yield name
                yield from (
                    each for alias in aliases for each in (alias.name, alias.asname) if each
                )


def keys(tree: ast.Module) -> Iterator[str]:
    """Every string by which a module stores something in a dict, or looks it up."""
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=given):
                yield from (str(each.value) for each in given if isinstance(each, ast.Constant))
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                yield name
            case ast.Call(func=ast.Attribute(), args=[ast.Constant(value=str(name)), *_]):
                yield name


def abstract_types(tree: ast.Module) -> set[str]:
    """What a module imports from collections.abc, whose Mapping is not meant."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "collections.abc"
        for alias in node.names
    }


def words(name: str) -> set[str]:
    """The words in an identifier, each in the singular."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    found = {each.lower() for each in parts}
    return found | {each.removesuffix("s") for each in found}


def known_below(path: Path) -> set[tuple[str, str]]:
    """The names in a module that tell of such a target or its sources, each with its room."""
    module, tree = dotted(path), parsed(path)
    used = {module, *identifiers(tree), *keys(tree)} - abstract_types(tree)
    return {(room(module), name) for name in used if words(name) & KNOWN_BELOW}


ABOVE = [each for each in DOMAIN if room(dotted(each)) not in ("faults", "workload")]


@pytest.mark.parametrize("path", [*ABOVE, *HANDLERS], ids=relative)
def test_only_faults_and_the_workload_know_a_mapping_a_queue_or_a_stream(path: Path) -> None:
    assert known_below(path) - set(EXEMPT) == set()


def test_every_exemption_is_needed() -> None:
    assert set(EXEMPT) <= {name for path in ABOVE for name in known_below(path)}


@pytest.mark.parametrize("path", DOMAIN, ids=relative)
def test_the_domain_knows_no_aws_no_clock_and_no_environment(path: Path) -> None:
    names = [f"{name}." for name in imports(path)]
    assert [n for n in names if n.startswith(tuple(f"{each}." for each in FORBIDDEN))] == []
    attributes = {n.attr for n in ast.walk(parsed(path)) if isinstance(n, ast.Attribute)}
    assert attributes & {"utcnow", "today", "monotonic", "perf_counter"} == set()


@pytest.mark.parametrize(("sdk", "users"), [("botocore", {"aws"}), ("boto3", set())])
def test_only_aws_imports_the_sdk_and_only_its_core(sdk: str, users: set[str]) -> None:
    found = {
        path.relative_to(FUNCTIONS).parts[0]
        for path in FUNCTIONS.rglob("*.py")
        if sdk in {name.split(".")[0] for name in imports(path)}
    }
    assert found == users


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
        for node in parsed(path).body
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
