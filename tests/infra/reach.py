"""What a function of the product can ask of the world, read from its code.

From one function on, every name that it or what it names refers to is followed through the
modules of `functions/`; a name that may be one of several methods is taken for each of them. Two
things end the search: an effect, which is what is looked for, and a question of the contract, which
each fault answers with code of its own.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.infra.names import Module, Symbol, domain, locate, methods, module, resolve

EFFECTS = "snapback.model.effects"
PARTS = ("plan", "act", "undo", "tell")
"""What the parts of a fault are called wherever one of their questions is asked."""


class Sent(NamedTuple):
    """A Call by its service and operation, and whether it stays in the stack's own account."""

    service: str
    operation: str
    at_home: bool


@dataclass
class Found:
    """What was met: requests, questions such as `act.look`, effects, and every name on the way.

    Effects on the table are `Fetch`, `Load`, `Load index`, `Set`, `Check only` and `Delete`.
    """

    sent: set[Sent] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)
    effects: set[str] = field(default_factory=set)
    names: set[Symbol] = field(default_factory=set)


def reached(dotted: str) -> Found:
    """All that can be met from a function on, given by its dotted name."""
    start = locate(dotted)
    assert isinstance(start, Symbol), f"{dotted} is not defined"
    found, waiting = Found(names={start}), [start]
    while waiting:
        for known, root in _code_of(waiting.pop()):
            for node in _nodes(root):
                fresh = set(_met(known, node, found)) - found.names
                found.names |= fresh
                waiting += fresh
    return found


def everything_sent() -> set[Sent]:
    """Every request that is written anywhere in the domain, reached or not."""
    found = Found()
    for known in domain():
        for node in ast.walk(known.tree):
            if isinstance(node, ast.Call):
                _note_effect(known, node, found)
    return found.sent


def _code_of(symbol: Symbol) -> Iterator[tuple[Module, ast.AST]]:
    """What runs when a name is used; the methods of a class run when they are named."""
    if not symbol.module:
        yield from methods()[symbol.name]
        return
    known = module(symbol.module)
    assert known is not None
    node = known.defined[symbol.name]
    body = node.body if isinstance(node, ast.ClassDef) else [node]
    yield from (
        (known, each) for each in body if each is node or not isinstance(each, ast.FunctionDef)
    )


def _nodes(root: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one that run; annotations do not."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns", "type_params"):
                values = value if isinstance(value, list) else [value]
                waiting += [each for each in values if isinstance(each, ast.AST)]


def _met(known: Module, node: ast.AST, found: Found) -> Iterator[Symbol]:
    """What a node refers to; effects and questions are noted instead."""
    if isinstance(node, ast.Call):
        _note_effect(known, node, found)
    if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
        return
    symbol = resolve(known, node)
    if isinstance(symbol, Symbol) and symbol.module != EFFECTS:
        yield symbol
    elif symbol is None and isinstance(node, ast.Attribute):
        if part := _part(node.value):
            found.questions.add(f"{part}.{node.attr}")
        elif node.attr in methods():
            yield Symbol("", node.attr)


def _part(receiver: ast.expr) -> str:
    """The part of a fault that is asked, or an empty string: `act.…` or `registry.act(…).…`."""
    match receiver:
        case ast.Name(name) | ast.Call(ast.Attribute(ast.Name("registry"), name)):
            return name if name in PARTS else ""
    return ""


def _note_effect(known: Module, node: ast.Call, found: Found) -> None:
    symbol = resolve(known, node.func)
    if not isinstance(symbol, Symbol):
        return
    if symbol.module != EFFECTS:
        for service, place in _operations_given(symbol):
            found.sent.add(Sent(service, _literal(known, node.args[place]), at_home=False))
        return
    keywords = {str(each.arg) for each in node.keywords}
    match symbol.name:
        case "Call" if not isinstance(node.args[1], ast.Name):
            service, operation = (_literal(known, each) for each in node.args[:2])
            found.sent.add(Sent(service, operation, "at_home" in keywords))
        case "Load":
            found.effects.add("Load index" if "index" in keywords else "Load")
        case "Fetch" | "Probe":
            found.effects.add(symbol.name)
        case "Change":
            found.effects |= _kinds_of_change(known, node, keywords)


def _operations_given(symbol: Symbol) -> Iterator[tuple[str, int]]:
    """The service, and which argument is the operation, of a function that is given it."""
    known = module(symbol.module)
    node = known.defined[symbol.name] if known else None
    if known is None or not isinstance(node, ast.FunctionDef):
        return
    names = [each.arg for each in node.args.args]
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and resolve(known, each.func) == Symbol(EFFECTS, "Call"):
            service, operation = each.args[:2]
            if isinstance(operation, ast.Name):
                yield _literal(known, service), names.index(operation.id)


def _kinds_of_change(known: Module, node: ast.Call, keywords: set[str]) -> set[str]:
    """What a change can be, by its arguments; what is unpacked into it is somewhere in its function."""
    if "None" in keywords:
        [function] = [each for each in known.defined.values() if node in ast.walk(each)]
        keys = [
            key for each in ast.walk(function) if isinstance(each, ast.Dict) for key in each.keys
        ]
        keywords = keywords | {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    sets = len(node.args) > 2 or keywords & {"set", "remove"}
    kinds = {"Set"} if sets else set()
    kinds |= {"Delete"} if "delete" in keywords else set()
    return kinds or {"Check only"}


def _literal(known: Module, node: ast.expr) -> str:
    assert isinstance(node, ast.Constant), f"{known.name}: {ast.unparse(node)} is not written out"
    return str(node.value)
