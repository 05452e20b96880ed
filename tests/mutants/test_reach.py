from pathlib import Path

import pytest

from tests.mutants.every import every
from tests.mutants.reach import Reach, reach

FILES = {
    "limits.py": """\
MOST = 10
HALF = MOST // 2
OTHER = 20


class Box:
    size: int = 3

    def grown(self, by=1):
        return self.size + by


TABLE = {}
TABLE["box"] = Box
print(30)
print(OTHER)
""",
    "shop.py": """\
import limits as known
from limits import HALF


class Crate(known.Box):
    pass


def open_late(x: HALF):
    return known.TABLE


def half():
    return (
        HALF
    )


def crate():
    return Crate()


def larger(box):
    return box.grown()
""",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "functions").mkdir()
    for name, text in FILES.items():
        (tmp_path / "functions" / name).write_text(text)
    return tmp_path


def of(root: Path, after: str) -> Reach:
    [mutant] = [each for each in every(root) if each.after == after]
    return reach(root, mutant)


def lines(found: Reach) -> dict[str, list[tuple[int, int]]]:
    return {
        path.removeprefix("functions/"): [(place.first, place.last) for place in places]
        for path, places in found.places.items()
    }


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("return self.size - by", {"limits.py": [(10, 10)]}),
        ("OTHER = 21", {"limits.py": [(16, 16)]}),
        ("MOST = 11", {"shop.py": [(14, 16)]}),
        ("def grown(self, by=2):", {"shop.py": [(10, 10), (20, 20), (24, 24)]}),
        ("size: int = 4", {"limits.py": [(10, 10)], "shop.py": [(10, 10), (20, 20)]}),
        ("print(31)", {"limits.py": [(15, 15)]}),
    ],
)
def test_what_runs_at_import_reaches_the_statements_that_use_its_names(
    root: Path, after: str, expected: dict[str, list[tuple[int, int]]]
) -> None:
    """Also by another name, of a constant or a class that is made of it; what has none, itself."""
    assert lines(of(root, after)) == expected


def test_a_statement_in_a_function_reaches_itself(root: Path) -> None:
    found = of(root, "return self.size - by")
    assert found.is_run({"functions/limits.py": [10]})
    assert not found.is_run({"functions/limits.py": [7, 9], "functions/shop.py": [10]})
    assert not found.is_used(root, ["functions/limits.py"])


def test_a_test_that_uses_the_name_is_reached(root: Path) -> None:
    (root / "by_name.py").write_text("assert limits.HALF == 5")
    (root / "by_another.py").write_text("assert limits.HALFWAY == 5")
    found = of(root, "MOST = 11")
    assert found.is_used(root, ["by_another.py", "by_name.py"])
    assert not found.is_used(root, ["by_another.py"])
