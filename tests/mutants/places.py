"""Where a statement stands, and what it binds if it runs while its module is imported."""

import ast
from dataclasses import dataclass

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Place:
    """The function (`Class.method`) around a statement, its lines, and the names that it binds.

    `binds` is None inside a function. Otherwise the statement runs once, at import, and whoever
    uses one of the names, a class around it included, may notice what it did; if there is none,
    whoever imports the module.
    """

    function: str
    first: int
    last: int
    binds: tuple[str, ...] | None


MODULE = Place("", 1, 1, ())


def place_of(node: ast.AST, child: ast.AST, place: Place) -> Place:
    """The place of a child of a node, which itself is at `place`."""
    function, binds = place.function, place.binds
    if isinstance(node, _SCOPES) and child in node.body:
        function = f"{function}.{node.name}".strip(".")
        binds = binds if isinstance(node, ast.ClassDef) else None
    if isinstance(child, ast.match_case):
        return Place(function, child.pattern.lineno, child.body[0].lineno, binds)
    if isinstance(child, ast.stmt):
        bound = None if binds is None else (*binds, *_bound(child))
        return Place(function, child.lineno, _last_line(child), bound)
    return place


def _last_line(statement: ast.stmt) -> int:
    """The last line of a statement, without the statements inside it."""
    inside: list[ast.stmt] = getattr(statement, "body", [])
    if inside:
        return max(statement.lineno, inside[0].lineno - 1)
    return statement.end_lineno or statement.lineno


def _bound(statement: ast.stmt) -> list[str]:
    """The names whose value it sets, or changes as far as one can see."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [statement.name]
        case ast.Import() | ast.ImportFrom():
            return [each.asname for each in statement.names if each.asname]
        case ast.Assign() | ast.Delete():
            changed: list[ast.AST] = [*statement.targets]
        case ast.AnnAssign() | ast.AugAssign():
            changed = [statement.target]
        case _:
            return []
    nodes = [each for part in changed for each in ast.walk(part)]
    return [each.id for each in nodes if isinstance(each, ast.Name)]
