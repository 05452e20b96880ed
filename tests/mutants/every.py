"""Every mutant that can be made of the shipped modules, in a fixed order."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.mutants.operators import OPERATORS
from tests.mutants.places import MODULE, Place, place_of
from tests.mutants.source import Edit, Source

SHIPPED = "functions"

_LOGGING = ("logger", "log", "logging")
_NOT_CODE = (ast.Import, ast.ImportFrom, ast.TypeAlias, ast.Global, ast.Nonlocal)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small change to one module, as it is made and as it is told."""

    path: str
    place: Place
    line: int
    edit: Edit
    before: str
    after: str

    @property
    def room(self) -> str:
        """The folder of its module."""
        return self.path.rpartition("/")[0]

    @property
    def short(self) -> str:
        """It in one line of a terminal."""
        return self._told(60)

    def __str__(self) -> str:
        return self._told(1_000)

    def _told(self, width: int) -> str:
        before, after = (_cut(each, width) for each in (self.before, self.after))
        return f"{self.path}:{self.line}: {before} → {after}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def modules(root: Path) -> list[str]:
    """The shipped modules, relative to the project."""
    found = (root / SHIPPED).rglob("*.py")
    return sorted(path.relative_to(root).as_posix() for path in found)


def every(root: Path) -> list[Mutant]:
    """All mutants of all modules."""
    return [each for path in modules(root) for each in mutants(Source.read(root, path))]


def mutants(source: Source) -> list[Mutant]:
    """The mutants of one module, in the order of their places."""
    found: dict[Edit, Place] = {}
    for place, edit in _walk(source, source.tree, MODULE):
        found.setdefault(edit, place)
    return [
        Mutant(source.path, found[edit], source.line(edit), edit, *source.shown(edit))
        for edit in sorted(found)
    ]


def draw(found: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many of them by chance; a larger draw begins with the smaller one of its seed."""
    shuffled = list(found)
    Random(seed).shuffle(shuffled)  # noqa: S311  # a draw, no secret
    return shuffled[:count]


def _walk(source: Source, node: ast.AST, place: Place) -> Iterator[tuple[Place, Edit]]:
    if _is_told(node):
        return
    if not _is_field(node):
        for operator in OPERATORS.get(type(node), ()):
            for edit in operator(source, node):
                yield place, edit
    for child in filter(None, _parts(node)):
        yield from _walk(source, child, place_of(node, child, place))


def _is_told(node: ast.AST) -> bool:
    """Whether nothing of it runs, or all of it is only told: docstrings, logging, `__all__`."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.Expr(value=ast.Call() as call) | (ast.Call() as call):
            callee = call.func.value if isinstance(call.func, ast.Attribute) else call.func
            return isinstance(callee, ast.Name) and callee.id.lower() in _LOGGING
    return isinstance(node, _NOT_CODE)


def _is_field(node: ast.AST) -> bool:
    """Whether it is how a dataclass describes a field."""
    match node:
        case ast.Call(func=ast.Name(id="field")):
            return True
    return False


def _parts(node: ast.AST) -> Iterable[ast.AST | None]:
    """What of a node may be changed: no type, no decorator, and no name of a dict's entry.

    A dict with another name in place of one is a dict without that entry, which is a mutant already.
    """
    parts: Iterable[ast.AST | None] = ast.iter_child_nodes(node)
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            parts = [*node.args.defaults, *node.args.kw_defaults, *node.body]
        case ast.ClassDef():
            parts = node.body
        case ast.AnnAssign():
            parts = [*_rules(node.annotation), node.value]
        case ast.Subscript(value=ast.Name(id="Annotated" | "Literal")):
            parts = _rules(node)
        case ast.Dict():
            parts = [*(key for key in node.keys if not _is_constant(key)), *node.values]
        case ast.JoinedStr():
            parts = [each.value for each in node.values if isinstance(each, ast.FormattedValue)]
        case ast.Call(func=ast.Name(id="field")):
            parts = [each.value for each in node.keywords if each.arg == "default"]
    return parts


def _is_constant(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant)


def _rules(annotation: ast.expr) -> list[ast.expr]:
    """What `Annotated` says beside the type: the rules that a value is held to."""
    found: list[ast.expr] = []
    for each in ast.walk(annotation):
        match each:
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[_, *rules])):
                found += rules
    return found
