from pathlib import Path

import pytest

from infra import ROOT
from tests.mutants.__main__ import EQUIVALENTS
from tests.mutants.equivalents import NotApplied, load
from tests.mutants.every import Mutant, every, mutants
from tests.mutants.source import Source

ENTRY = """\
[[equivalent]]
module = "functions/shop.py"
function = "total"
before = "return a < b"
after = ["return a <= b"]
reason = "they are never the same"
"""
CODE = "def total(a, b):\n    return a < b\n"


def of(text: str) -> list[Mutant]:
    return mutants(Source("functions/shop.py", text.encode()))


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "equivalent.toml"
    path.write_text(ENTRY)
    return path


@pytest.mark.parametrize("above", ["", "import os\n\n\n"])
def test_an_entry_finds_its_mutant_wherever_it_has_moved(listed: Path, above: str) -> None:
    possible = of(above + CODE)
    [entry] = load(listed, possible)
    assert [each.after for each in possible if entry.is_of(each)] == ["return a <= b"]


@pytest.mark.parametrize(
    "text",
    [
        CODE.replace("total", "count"),
        CODE.replace("a < b", "a <= b"),
        CODE.replace("return a", "return b"),
    ],
)
def test_an_entry_that_no_longer_applies_is_an_error(listed: Path, text: str) -> None:
    with pytest.raises(
        NotApplied, match=r"equivalent\.toml: there is no mutant functions/shop\.py"
    ):
        load(listed, of(text))


def test_each_change_of_an_entry_must_apply(listed: Path) -> None:
    listed.write_text(ENTRY.replace('["return a <= b"]', '["return a <= b", "return None"]'))
    assert [each.after for each in load(listed, of(CODE))] == ["return a <= b", "return None"]
    listed.write_text(ENTRY.replace('["return a <= b"]', '["return a <= b", "return b"]'))
    with pytest.raises(NotApplied, match="return b"):
        load(listed, of(CODE))


def test_the_entries_of_this_project_apply() -> None:
    assert all(each.reason for each in load(EQUIVALENTS, every(ROOT)))


def test_an_entry_of_another_module_does_not_apply(listed: Path) -> None:
    with pytest.raises(NotApplied):
        load(listed, mutants(Source("functions/other.py", CODE.encode())))


def test_an_entry_without_a_reason_is_an_error(listed: Path) -> None:
    listed.write_text(ENTRY.replace("reason", "because"))
    with pytest.raises(TypeError, match="because"):
        load(listed, of(CODE))
