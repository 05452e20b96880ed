"""What a mutant changes: every kind of small edit, by the kind of node that it is made to."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from tests.mutants.source import Edit, Source, Span

type Operator = Callable[[Source, Any], Iterator[Edit]]

COMPARISONS: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
ARITHMETIC: Mapping[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
NAMES = {"min": b"max", "max": b"min", "any": b"all", "all": b"any"}

_NEGATED_BY_COMPARISON = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)
_LOOSE = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.NamedExpr, ast.Yield, ast.YieldFrom)
"""What must be put into parentheses after `not`."""
_WORD = re.compile(r"[\w.:/#$-]*")
"""A string that a program reads; one with spaces is read by people."""
_PLAIN = re.compile(rb"""(["'])[^"'\\\n]*\1""")


def comparison(source: Source, node: ast.Compare) -> Iterator[Edit]:
    """`<` becomes `<=`, `==` becomes `!=`, `in` becomes `not in`."""
    for kind, (left, right) in zip(node.ops, pairwise([node.left, *node.comparators]), strict=True):
        symbol, other = COMPARISONS[type(kind)]
        yield Edit(*source.operator(left, right, symbol), other.encode())


def connective(source: Source, node: ast.BoolOp) -> Iterator[Edit]:
    """`and` becomes `or`."""
    symbol, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for left, right in pairwise(node.values):
        yield Edit(*source.operator(left, right, symbol), other.encode())


def sign(source: Source, node: ast.UnaryOp) -> Iterator[Edit]:
    """`not x` and `-x` become `x`."""
    if found := re.match(rb"(not\b|-)\s*", source.text(node)):
        start, _ = source.span(node)
        yield Edit(start, start + found.end(), b"")


def arithmetic(source: Source, node: ast.BinOp) -> Iterator[Edit]:
    """`+` becomes `-`, `*` becomes `/`; of `a | b` one side is left out."""
    if type(node.op) not in ARITHMETIC:
        return
    symbol, other = ARITHMETIC[type(node.op)]
    start, end = source.operator(node.left, node.right, symbol)
    if not isinstance(node.op, ast.BitOr):
        yield Edit(start, end, other.encode())
        return
    whole = source.span(node)
    yield Edit(start, whole[1], b"")
    yield Edit(whole[0], end, b"")


def augmented(source: Source, node: ast.AugAssign) -> Iterator[Edit]:
    """`+=` becomes `-=`."""
    if type(node.op) in ARITHMETIC:
        symbol, other = ARITHMETIC[type(node.op)]
        yield Edit(*source.operator(node.target, node.value, f"{symbol}="), f"{other}=".encode())


def negation(source: Source, node: Any) -> Iterator[Edit]:
    """A condition becomes its opposite, where no other operator makes it that."""
    tests = node.ifs if isinstance(node, ast.comprehension) else [_condition(node)]
    for test in tests:
        if test is None or isinstance(test, ast.Constant) or _has_an_opposite(test):
            continue
        text = source.text(test)
        loose = b"(" + text + b")" if isinstance(test, _LOOSE) else text
        yield source.replace(test, b"not " + loose)


def _condition(node: Any) -> ast.expr | None:
    found: ast.expr | None = node.guard if isinstance(node, ast.match_case) else node.test
    return found


def _has_an_opposite(test: ast.expr) -> bool:
    if isinstance(test, ast.Compare):
        return len(test.ops) == 1 and isinstance(test.ops[0], _NEGATED_BY_COMPARISON)
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def constant(source: Source, node: ast.Constant) -> Iterator[Edit]:
    """A number becomes its neighbours, True becomes False, a word another word."""
    match node.value:
        case bool():
            yield source.replace(node, str(not node.value).encode())
        case int() | float():
            for other in (node.value + 1, node.value - 1):
                yield source.replace(node, repr(other).encode())
        case str() if _WORD.fullmatch(node.value) and _PLAIN.fullmatch(source.text(node)):
            text = source.text(node)
            yield source.replace(node, text[:-1] + b"_" + text[-1:])


def name(source: Source, node: ast.Call) -> Iterator[Edit]:
    """`min` becomes `max`, `any` becomes `all`."""
    if isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield source.replace(node.func, NAMES[node.func.id])


def keyword(source: Source, node: ast.Call) -> Iterator[Edit]:
    """A call is made without one of its named arguments."""
    arguments = sorted((source.span(each), each) for each in (*node.args, *node.keywords))
    edits = source.without_each([span for span, _ in arguments])
    for (_, argument), edit in zip(arguments, edits, strict=True):
        if isinstance(argument, ast.keyword) and argument.arg:
            yield edit


def entry(source: Source, node: ast.Dict) -> Iterator[Edit]:
    """A dict is made without one of its entries."""
    return source.without_each(_entries(source, node) if node.values else [])


def _entries(source: Source, node: ast.Dict) -> list[Span]:
    starts = [
        source.span(key)[0] if key else source.raw.rindex(b"**", 0, source.span(value)[0])
        for key, value in zip(node.keys, node.values, strict=True)
    ]
    limits = [*starts[1:], source.span(node)[1]]
    found = []
    for start, limit, value in zip(starts, limits, node.values, strict=True):
        end = source.span(value)[1]
        parentheses = re.match(rb"(\s*\))*", source.blank(end, limit))
        found.append((start, end + (parentheses.end() if parentheses else 0)))
    return found


def statement(source: Source, node: ast.stmt) -> Iterator[Edit]:
    """A statement is left out: a call, a yield, a write, a raise, a jump."""
    match node:
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            yield source.replace(node, b"yield from ()")
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign() | ast.Delete():
            yield source.replace(node, b"pass")
        case ast.Raise() | ast.Break() | ast.Continue():
            yield source.replace(node, b"pass")
        case ast.Assign() if all(isinstance(each, _WRITTEN) for each in node.targets):
            yield source.replace(node, b"pass")


_WRITTEN = (ast.Attribute, ast.Subscript)


def answer(source: Source, node: ast.Return) -> Iterator[Edit]:
    """A function returns None in place of its value."""
    if node.value and not isinstance(node.value, ast.Constant):
        yield source.replace(node, b"return None")


OPERATORS: Mapping[type[ast.AST], tuple[Operator, ...]] = {
    ast.Assert: (negation,),
    ast.Assign: (statement,),
    ast.AugAssign: (augmented, statement),
    ast.BinOp: (arithmetic,),
    ast.BoolOp: (connective,),
    ast.Break: (statement,),
    ast.Call: (name, keyword),
    ast.Compare: (comparison,),
    ast.Constant: (constant,),
    ast.Continue: (statement,),
    ast.Delete: (statement,),
    ast.Dict: (entry,),
    ast.Expr: (statement,),
    ast.If: (negation,),
    ast.IfExp: (negation,),
    ast.Raise: (statement,),
    ast.Return: (answer,),
    ast.UnaryOp: (sign,),
    ast.While: (negation,),
    ast.comprehension: (negation,),
    ast.match_case: (negation,),
}
