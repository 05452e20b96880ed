import ast

import pytest

from infra import ROOT
from tests.mutants.every import draw, every, mutants
from tests.mutants.source import Source


def changes(text: str) -> list[str]:
    """What the touched lines become, in the order of their places."""
    return [each.after for each in mutants(Source("functions/any.py", text.encode()))]


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a >= b > c", ["x = a > b > c", "x = a >= b >= c"]),
        ("x = (a) == (b)", ["x = (a) != (b)"]),
        ("x = a in b", ["x = a not in b"]),
        ("x = a not  in b", ["x = a in b"]),
        ("x = a is None", ["x = a is not None"]),
        ("x = a is not None", ["x = a is None"]),
    ],
)
def test_a_comparison_becomes_its_neighbour_or_its_opposite(line: str, becomes: list[str]) -> None:
    assert changes(line) == becomes


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x = a and b and c", ["x = a or b and c", "x = a and b or c"]),
        ("x = (a or\n  b)", ["x = (a and"]),
        ("x = (a  # and\n  and b)", ["or b)"]),
        ("x = not a", ["x = a"]),
        ("x = not (a)", ["x = (a)"]),
        ("x = -a", ["x = a"]),
        ("x = ~a", []),
    ],
)
def test_a_connective_becomes_the_other_and_a_sign_is_left_out(
    line: str, becomes: list[str]
) -> None:
    assert changes(line) == becomes


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x = a + b", ["x = a - b"]),
        ("x = a * (b)", ["x = a / (b)"]),
        ("x = a // b", ["x = a * b"]),
        ("x = a ** b", ["x = a * b"]),
        ("x = a | b", ["x = b", "x = a"]),
        ("x = (a) | (b)", ["x = (b)", "x = (a)"]),
        ("x += y", ["x -= y", "pass"]),
        ("x |= y", ["x &= y", "pass"]),
        ("x <<= y", ["pass"]),
    ],
)
def test_arithmetic_becomes_its_opposite_and_of_a_union_one_side_is_left(
    line: str, becomes: list[str]
) -> None:
    assert sorted(changes(line)) == sorted(becomes)


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("if a:\n    b", ["if not a:"]),
        ("if a and b:\n    c", ["if a or b:", "if not (a and b):"]),
        ("if a == b:\n    c", ["if a != b:"]),
        ("if a < b:\n    c", ["if a <= b:", "if not a < b:"]),
        ("while a:\n    b", ["while not a:"]),
        ("while True:\n    b", ["while False:"]),
        ("x = a if b else c", ["x = a if not b else c"]),
        ("x = [a for a in b if c]", ["x = [a for a in b if not c]"]),
        ("match a:\n    case _ if b:\n        c", ["case _ if not b:"]),
        ("assert a", ["assert not a"]),
    ],
)
def test_a_condition_becomes_its_opposite(line: str, becomes: list[str]) -> None:
    assert sorted(changes(line)) == sorted(becomes)


def test_a_condition_that_waits_for_an_answer_becomes_its_opposite() -> None:
    found = changes("def f():\n    if (yield a):\n        b")
    assert found == ["if (not (yield a)):"]


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x = 1", ["x = 0", "x = 2"]),
        ("x = 86_400", ["x = 86399", "x = 86401"]),
        ("x = 0.5", ["x = -0.5", "x = 1.5"]),
        ("x = True", ["x = False"]),
        ("x = None", []),
        ("x = 'UpdateTable'", ["x = 'UpdateTable_'"]),
        ('x = ""', ['x = "_"']),
        ('x = "for people to read"', []),
        ('x = f"a{b[0]}"', ['x = f"a{b[-1]}"', 'x = f"a{b[1]}"']),
        ('x["key"]', ['x["key_"]']),
    ],
)
def test_a_number_becomes_its_neighbours_and_a_word_another(line: str, becomes: list[str]) -> None:
    assert sorted(changes(line)) == sorted(becomes)


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x = min(a)", ["x = max(a)"]),
        ("x = max(a)", ["x = min(a)"]),
        ("x = any(a)", ["x = all(a)"]),
        ("x = all(a)", ["x = any(a)"]),
        ("x = a.min(b)", []),
    ],
)
def test_a_function_becomes_its_counterpart(line: str, becomes: list[str]) -> None:
    assert changes(line) == becomes


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x = f(a, b=c, d=e)", ["x = f(a, d=e)", "x = f(a, b=c)"]),
        ("x = f((a), b=(c))", ["x = f((a))"]),
        ("x = f(b=c,)", ["x = f()"]),
        ("x = f(b=c, **d)", ["x = f(**d)"]),
        ("x = f(**d)", []),
    ],
)
def test_a_call_loses_a_named_argument(line: str, becomes: list[str]) -> None:
    assert sorted(changes(line)) == sorted(becomes)


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x = {a: b, c: (d)}", ["x = {c: (d)}", "x = {a: b}"]),
        ("x = {a: (b),}", ["x = {}"]),
        ("x = {**a, b: c}", ["x = {b: c}", "x = {**a}"]),
        ("x = {'a': b}", ["x = {}"]),
        ("x = {}", []),
    ],
)
def test_a_dict_loses_an_entry(line: str, becomes: list[str]) -> None:
    assert sorted(changes(line)) == sorted(becomes)


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("f(a)", ["pass"]),
        ("a.b = c", ["pass"]),
        ("a[b] = c", ["pass"]),
        ("a = b", []),
        ("del a", ["pass"]),
        ("raise a", ["pass"]),
        ("for a in b:\n    break", ["pass"]),
        ("for a in b:\n    continue", ["pass"]),
        ("def f():\n    yield a", ["yield from ()"]),
        ("def f():\n    yield from a", ["yield from ()"]),
        ("def f():\n    return a", ["return None"]),
        ("def f():\n    return", []),
        ("def f():\n    return None", []),
        ("def f():\n    return False", ["return True"]),
    ],
)
def test_a_statement_is_left_out_and_an_answer_dropped(line: str, becomes: list[str]) -> None:
    assert changes(line) == becomes


@pytest.mark.parametrize(
    "line",
    [
        '"""Docstring."""',
        "import a",
        "from a import b",
        '__all__ = ["a"]',
        "x: dict[str, 'any'] | None",
        "def f(a: 'b' | None) -> 'c': ...",
        "type X = A | B",
        '@dataclass(frozen=True)\nclass X(Y, total=False):\n    """What it is."""',
        "x = field(default_factory=dict, metadata={'a': 1})",
        "X = Literal['a', 'b']",
        "logger.info('done', extra={'a': 1})",
        "logger = Logger(child=True)",
    ],
)
def test_what_is_only_told_stays(line: str) -> None:
    assert changes(line) == []


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("x: int = 1", ["x: int = 0", "x: int = 2"]),
        ("x: Annotated[int, Ge(1)]", ["x: Annotated[int, Ge(0)]", "x: Annotated[int, Ge(2)]"]),
        ("X = Annotated[Literal['a'], F('b')]", ["X = Annotated[Literal['a'], F('b_')]"]),
        ("x: bool = field(default=False)", ["x: bool = field(default=True)"]),
        ("def f(a=1, *, b=True): ...", ["def f(a=0, *, b=True): ...", "def f(a=2, *, b=True): ...",
                                        "def f(a=1, *, b=False): ..."]),
    ],
)  # fmt: skip
def test_a_default_and_a_rule_are_changed(line: str, becomes: list[str]) -> None:
    assert sorted(changes(line)) == sorted(becomes)


def test_text_beyond_ascii_is_kept() -> None:
    assert changes("x = 'ä → ü' + (a < 'ö ö')") == [
        "x = 'ä → ü' - (a < 'ö ö')",
        "x = 'ä → ü' + (a <= 'ö ö')",
    ]


def test_only_the_touched_lines_are_told() -> None:
    text = "x = f(\n    a,\n    b=1,\n    c=d,\n)"
    told = {
        (each.before, each.after) for each in mutants(Source("functions/any.py", text.encode()))
    }
    assert told == {
        ("b=1,", "b=0,"),
        ("b=1,", "b=2,"),
        ("b=1, c=d,", "c=d,"),
        ("b=1, c=d,", "b=1,"),
    }


def test_what_is_made_of_the_shipped_code_is_python_and_says_something_else() -> None:
    for each in draw(every(ROOT), 300, seed=1):
        source = Source.read(ROOT, each.path)
        changed = ast.parse(source.edited(each.edit))
        assert ast.dump(changed) != ast.dump(source.tree), str(each)
