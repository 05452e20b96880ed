"""How far a mutant reaches: the lines that a test must run, or the names it must use, to notice."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.mutants.every import Mutant, modules
from tests.mutants.places import MODULE, Place, place_of
from tests.mutants.source import Source


@dataclass(frozen=True, slots=True)
class Reach:
    """The statements that may act on a mutant, by module, and the names by which it is used."""

    places: dict[str, list[Place]]
    names: frozenset[str] = frozenset()

    def is_run(self, lines: dict[str, list[int]]) -> bool:
        """Whether one of its statements is among the lines that were run."""
        return any(
            place.first <= line <= place.last
            for path, places in self.places.items()
            for line in lines.get(path, ())
            for place in places
        )

    def is_used(self, root: Path, paths: Iterable[str]) -> bool:
        """Whether one of its names is in files of the tests."""
        return any(self.names & _words(root / path) for path in paths)


@dataclass(frozen=True, slots=True)
class _Statement:
    path: str
    place: Place
    mentions: frozenset[str]


def reach(root: Path, mutant: Mutant) -> Reach:
    """The mutant's own statement; or, of what runs at import, the statements that use its names."""
    if not mutant.place.binds:
        return Reach({mutant.path: [mutant.place]})
    statements = _statements(root)
    names = _growing(frozenset(mutant.place.binds), statements)
    found: dict[str, list[Place]] = {}
    for each in statements:
        if not each.place.binds and each.mentions & names:
            found.setdefault(each.path, []).append(each.place)
    return Reach(found, names)


def _growing(names: frozenset[str], statements: Iterable[_Statement]) -> frozenset[str]:
    """The names, and those that are bound at import to something that mentions one of them."""
    bound = [
        name for each in statements if each.mentions & names for name in each.place.binds or ()
    ]
    grown = names.union(bound)
    return names if grown == names else _growing(grown, statements)


@cache
def _statements(root: Path) -> tuple[_Statement, ...]:
    return tuple(
        _Statement(path, place, mentions)
        for path in modules(root)
        for place, mentions in _walk(Source.read(root, path).tree, MODULE)
    )


def _walk(node: ast.AST, place: Place) -> Iterator[tuple[Place, frozenset[str]]]:
    for child in ast.iter_child_nodes(node):
        where = place_of(node, child, place)
        if isinstance(child, ast.stmt):
            yield where, frozenset(_mentioned(child))
        yield from _walk(child, where)


def _mentioned(node: ast.AST) -> Iterator[str]:
    """The names in a node, without those of the statements inside it and of a function's types."""
    parts: Iterable[ast.AST | None] = ast.iter_child_nodes(node)
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.alias() if node.asname:
            yield node.name
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            parts = [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]
    for part in parts:
        if part and not isinstance(part, ast.stmt):
            yield from _mentioned(part)


@cache
def _words(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", path.read_text()))
