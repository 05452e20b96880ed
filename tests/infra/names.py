"""What the names in the code of `functions/` stand for, read from its syntax."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from infra import FUNCTIONS


class Symbol(NamedTuple):
    """Something that a module defines at its top level."""

    module: str
    name: str


@dataclass(frozen=True)
class Module:
    """A module: what it defines by name, and what its imported names stand for."""

    name: str
    tree: ast.Module
    defined: dict[str, ast.stmt]
    imported: dict[str, str]


@cache
def module(name: str) -> Module | None:
    """A module of the product by its dotted name; None for any other."""
    base = FUNCTIONS / name.replace(".", "/")
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            tree = ast.parse(path.read_text())
            return Module(name, tree, dict(_defined(tree)), dict(_imported(tree)))
    return None


@cache
def domain() -> tuple[Module, ...]:
    """Every module of the domain."""
    paths = sorted((FUNCTIONS / "snapback").rglob("*.py"))
    names = (".".join(each.relative_to(FUNCTIONS).with_suffix("").parts) for each in paths)
    return tuple(found for name in names if (found := module(name)))


@cache
def methods() -> dict[str, list[tuple[Module, ast.stmt]]]:
    """Every method of the domain's classes by its name."""
    found: dict[str, list[tuple[Module, ast.stmt]]] = {}
    for known in domain():
        for one in known.tree.body:
            for node in one.body if isinstance(one, ast.ClassDef) else ():
                if isinstance(node, ast.FunctionDef):
                    found.setdefault(node.name, []).append((known, node))
    return found


def resolve(known: Module, node: ast.AST) -> Symbol | Module | None:
    """What a name in a module stands for; None where it is not known, or not the product's."""
    if isinstance(node, ast.Name):
        if node.id in known.defined:
            return Symbol(known.name, node.id)
        return locate(known.imported.get(node.id, ""))
    if isinstance(node, ast.Attribute):
        base = resolve(known, node.value)
        return locate(f"{base.name}.{node.attr}") if isinstance(base, Module) else None
    return None


def locate(dotted: str) -> Symbol | Module | None:
    """What a dotted name stands for, wherever it is imported from."""
    if found := module(dotted):
        return found
    parent, _, name = dotted.rpartition(".")
    holder = module(parent) if parent else None
    if holder is None:
        return None
    if name in holder.defined:
        return Symbol(parent, name)
    return locate(holder.imported.get(name, ""))


def _defined(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                yield name, node
            case ast.Assign(targets=targets):
                named = (each for target in targets for each in ast.walk(target))
                yield from ((each.id, node) for each in named if isinstance(each, ast.Name))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((each.asname or each.name, each.name) for each in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (
                (each.asname or each.name, f"{node.module}.{each.name}") for each in node.names
            )
