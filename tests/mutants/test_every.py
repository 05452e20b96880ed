from pathlib import Path

import pytest

from infra import ROOT
from tests.mutants.every import Mutant, draw, every, modules, mutants
from tests.mutants.source import Source
from tests.mutants.tally import possible

TEXT = """\
LIMIT = 10

class Shop:
    def total(self, prices, most=1):
        if (sum(prices)
                < LIMIT):
            return prices[0]

        def inner():
            return [
                3,
            ]
"""


def found(text: str = TEXT) -> list[Mutant]:
    return mutants(Source("functions/shop.py", text.encode()))


@pytest.mark.parametrize(
    ("after", "function", "lines"),
    [
        ("LIMIT = 11", "", (1, 1)),
        ("def total(self, prices, most=2):", "Shop", (4, 4)),
        ("<= LIMIT):", "Shop.total", (5, 6)),
        ("return prices[1]", "Shop.total", (7, 7)),
        ("4,", "Shop.total.inner", (10, 12)),
    ],
)
def test_a_mutant_knows_its_function_and_the_lines_of_its_statement(
    after: str, function: str, lines: tuple[int, int]
) -> None:
    [mutant] = [each for each in found() if each.after == after]
    assert mutant.place.function == function
    assert (mutant.place.first, mutant.place.last) == lines


def test_a_mutant_is_told_with_its_line() -> None:
    assert str(found("x = 1\ny = a < b")[-1]) == "functions/shop.py:2: y = a < b → y = a <= b"


def test_a_draw_is_the_same_for_its_seed_and_begins_with_the_smaller_one() -> None:
    every_one = found()
    assert draw(every_one, 5, seed=3) == draw(found(), 5, seed=3)
    assert draw(every_one, 5, seed=3) == draw(every_one, 9, seed=3)[:5]
    assert draw(every_one, 5, seed=3) != draw(every_one, 5, seed=4)
    assert sorted(map(str, draw(every_one, 10**6, seed=3))) == sorted(map(str, every_one))


def test_every_shipped_module_is_looked_at() -> None:
    shipped = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("functions/**/*.py")}
    assert shipped == {*modules(ROOT)}
    assert {each.path for each in every(ROOT)} <= shipped


def test_the_possible_mutants_are_counted_for_each_module(tmp_path: Path) -> None:
    folder = tmp_path / "functions" / "shop"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("x = a < b")
    (folder / "b.py").write_text("x = 1")
    assert possible(every(tmp_path)).splitlines() == [
        "     1  functions/shop/a.py",
        "     2  functions/shop/b.py",
        "     3  total",
    ]
