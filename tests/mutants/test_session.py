"""A project of two modules and three test files, whose mutants are shown to its tests."""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants import __main__ as command
from tests.mutants import processes, tiers
from tests.mutants.coverage import NotGreen, trace
from tests.mutants.every import Mutant, every
from tests.mutants.session import Result, Session, TimeIsOver
from tests.mutants.tiers import TracedFile, chosen, files_to_trace
from tests.mutants.workspace import workspace

FILES = {
    ".gitignore": "/out/\n/build/\n__pycache__/\n",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = [".", "functions"]\n',
    "functions/shop/price.py": """\
LOWEST = 100


def total(prices):
    whole = sum(prices)
    if whole >= LOWEST:
        return whole - 10
    return whole


def countdown(left):
    while left > 0:
        left -= 1
""",
    "functions/shop/unseen.py": "def never(a, b):\n    return a < b\n",
    "tests/unit/test_price.py": """\
from shop import price


def test_a_small_sum_stays():
    assert price.total([50]) == 50


def test_a_countdown_ends():
    price.countdown(2)
""",
    "tests/unit/test_others.py": """\
import subprocess
import sys


def test_a_process_is_started():
    subprocess.run([sys.executable, "-c", ""], check=True)


def test_nothing_of_the_shop_is_needed():
    pass
""",
    "tests/workflow/test_orders.py": """\
import pytest

from shop import price


@pytest.fixture(scope="module")
def paid():
    return price.total([60, 60])


def test_a_large_sum_is_reduced(paid):
    assert paid == 110


def test_a_small_sum_is_less(paid):
    assert price.total([50]) < paid
""",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are made, to see whether any is left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def mutant(root: Path, after: str) -> Mutant:
    [found] = [each for each in every(root) if each.after == after]
    return found


def session(root: Path, seconds: float = 300, told: Callable[[str], None] = print) -> Session:
    return Session(root, root / "build" / "mutants", 1, seconds, told)


@pytest.fixture(scope="module")
def files(root: Path) -> list[TracedFile]:
    async def traced() -> list[TracedFile]:
        with workspace(root) as place:
            kept = root / "build" / "mutants"
            return [await trace(place, path, kept) for path in files_to_trace(root)]

    return asyncio.run(traced())


def judged(root: Path, *after: str) -> dict[str, Result]:
    found = asyncio.run(session(root).run([mutant(root, each) for each in after]))
    return {each.mutant.after: each for each in found}


@pytest.mark.usefixtures("files")
def test_each_mutant_meets_the_tests_that_run_it_until_one_fails(
    root: Path, temporary: Path
) -> None:
    before = {path: path.read_bytes() for path in root.glob("functions/**/*.py")}
    found = judged(root, "if not whole >= LOWEST:", "return whole + 10")
    assert {after: (each.outcome, each.tier, each.by) for after, each in found.items()} == {
        "if not whole >= LOWEST:": (
            "killed",
            "unit",
            "tests/unit/test_price.py::test_a_small_sum_stays",
        ),
        "return whole + 10": (
            "killed",
            "workflow",
            "tests/workflow/test_orders.py::test_a_large_sum_is_reduced",
        ),
    }
    assert {path: path.read_bytes() for path in before} == before
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("files")
def test_a_mutant_that_survives_the_first_tests_meets_the_rest(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiers, "FIRST_SECONDS", 0)
    told: list[str] = []
    survivor = mutant(root, "if whole > LOWEST:")
    [found] = asyncio.run(session(root, told=told.append).run([survivor]))
    assert (found.outcome, found.unmet) == ("survived", ())
    assert [line.split(",")[0] for line in told[1:]] == [
        "1/1  survived so far",
        "again 1/1  survived",
    ]


@pytest.mark.usefixtures("files")
def test_a_mutant_that_never_ends_is_timed_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "START_SECONDS", 1)
    [found] = judged(root, "left += 1").values()
    assert (found.outcome, found.tier) == ("timed out", "unit")


def names(root: Path, files: list[TracedFile], after: str) -> dict[str, tuple[str, ...]]:
    first, _ = chosen(root, mutant(root, after), files)
    return {each.tier: each.names for each in first}


def test_only_tests_that_run_the_line_are_chosen(root: Path, files: list[TracedFile]) -> None:
    assert names(root, files, "left += 1")["unit"] == (
        "tests/unit/test_price.py::test_a_countdown_ends",
    )


def test_what_a_shared_fixture_runs_concerns_every_test_of_its_file(
    root: Path, files: list[TracedFile]
) -> None:
    found = names(root, files, "return whole + 10")
    assert "unit" not in found
    assert sorted(found["workflow"]) == [
        "tests/workflow/test_orders.py::test_a_large_sum_is_reduced",
        "tests/workflow/test_orders.py::test_a_small_sum_is_less",
    ]


def test_what_runs_at_import_concerns_the_tests_that_use_it_or_start_a_process(
    root: Path, files: list[TracedFile]
) -> None:
    """The file that is named like the module comes first."""
    found = names(root, files, "LOWEST = 101")
    assert found["unit"] == (
        "tests/unit/test_price.py::test_a_small_sum_stays",
        "tests/unit/test_others.py::test_a_process_is_started",
    )
    assert len(found["workflow"]) == 2


def test_what_takes_longer_comes_after_all_mutants_have_met_the_first(
    root: Path, files: list[TracedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each tier one test is always among the first."""
    monkeypatch.setattr(tiers, "FIRST_SECONDS", 0)
    first, rest = chosen(root, mutant(root, "LOWEST = 101"), files)
    assert [(each.tier, len(each.names)) for each in first] == [("unit", 1), ("workflow", 1)]
    assert [(each.tier, len(each.names)) for each in rest] == [("unit", 1), ("workflow", 1)]
    assert first[0].names[0].startswith("tests/unit/test_price.py")


def test_a_trace_is_kept_while_the_files_are_the_same(root: Path, files: list[TracedFile]) -> None:
    """A trace that is made anew in no time fails."""
    kept = root / "build" / "mutants"

    async def again() -> list[TracedFile]:
        with workspace(root) as place:
            known = [await trace(place, each.path, kept, limit=0) for each in files]
            (place.project / "functions/shop/price.py").write_text("")
            with pytest.raises(NotGreen, match=r"tests/unit/test_price\.py"):
                await trace(place, "tests/unit/test_price.py", kept, limit=0)
            await trace(place, "tests/unit/test_others.py", kept, limit=0)
            return known

    assert asyncio.run(again()) == files


def test_a_trace_names_what_was_loaded_as_it_was_compiled_before(
    root: Path, tmp_path: Path
) -> None:
    async def opened() -> list[tuple[str, ...]]:
        with workspace(root) as place:
            (place.project / "tests" / "unit" / "goods.py").write_text("SMALL = 50\n")
            (place.project / "tests" / "unit" / "test_goods.py").write_text(
                "from tests.unit.goods import SMALL\n\ndef test_it(): assert SMALL\n"
            )
            path = "tests/unit/test_goods.py"
            return [(await trace(place, path, tmp_path / each)).code for each in ("a", "b")]

    first, second = asyncio.run(opened())
    assert "tests/unit/goods.py" in first
    assert first == second


def copied(temporary: Path) -> str:
    [module] = temporary.rglob("price.py")
    return module.read_text()


@pytest.mark.usefixtures("files")
def test_a_session_that_is_stopped_leaves_nothing(root: Path, temporary: Path) -> None:
    async def stopped() -> None:
        endless = mutant(root, "left += 1")
        task = asyncio.create_task(session(root).run([endless]))
        await asyncio.sleep(1)
        assert "left += 1" in copied(temporary)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stopped())
    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("files")
def test_what_is_unfinished_when_time_is_over_is_not_counted(root: Path, temporary: Path) -> None:
    told: list[str] = []
    endless = mutant(root, "left += 1")
    assert asyncio.run(session(root, 1, told.append).run([endless])) == []
    assert [line for line in told if "left" in line] == []
    assert list(temporary.iterdir()) == []


def test_a_session_without_time_to_trace_says_so(tmp_path: Path, root: Path) -> None:
    late = replace(session(root, 0.1), kept_in=tmp_path)
    with pytest.raises(TimeIsOver, match="only 0 of 3 test files"):
        asyncio.run(late.run([]))


def test_a_command_is_killed_with_what_it_started(temporary: Path) -> None:
    started = ["sh", "-c", "(sleep 1; touch late) & wait"]
    ended = asyncio.run(processes.run(started, temporary, os.environ, limit=0.3))
    assert ended.code is None
    time.sleep(1)
    assert list(temporary.iterdir()) == []


@pytest.fixture
def run(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command on the small project."""
    monkeypatch.setattr(command, "ROOT", root)
    monkeypatch.setattr(command, "KEPT", root / "build" / "mutants")
    monkeypatch.setattr(command, "RESULT", tmp_path / "out" / "mutants.json")
    monkeypatch.setattr(command, "EQUIVALENTS", tmp_path / "equivalent.toml")
    (tmp_path / "equivalent.toml").write_text("")

    def main(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["mutants", *arguments])
        return command.main()

    return main


EQUIVALENT = """\
[[equivalent]]
module = "functions/shop/unseen.py"
function = "never"
before = "return a < b"
after = ["return None"]
reason = "nobody asks"
"""


def test_the_command_names_survivors_and_fails_for_them(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "equivalent.toml").write_text(EQUIVALENT)
    assert run("--within", "functions/shop/unseen.py") == 1
    told = capsys.readouterr().out
    assert "survived: functions/shop/unseen.py:2: return a < b → return a <= b" in told
    assert "equivalent: functions/shop/unseen.py:2: return a < b → return None" in told
    found = json.loads((tmp_path / "out" / "mutants.json").read_text())
    assert (found["share"], len(found["mutants"])) == (0, 2)


def test_the_command_succeeds_where_all_are_killed(run: Callable[..., int]) -> None:
    assert run("--within", "functions/shop/price.py", "--count", "1", "--seed", "3") == 0


def test_an_equivalent_that_does_not_apply_fails_the_command(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "equivalent.toml").write_text(EQUIVALENT.replace("a < b", "a > b"))
    assert run() == 2
    assert "there is no mutant functions/shop/unseen.py never: return a > b" in (
        capsys.readouterr().out
    )


def test_tests_that_fail_without_a_mutant_fail_the_command(
    run: Callable[..., int], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = root / "tests" / "unit" / "test_price.py"
    broken.write_text("def test_it(): assert False")
    try:
        assert run("--count", "1") == 2
    finally:
        broken.write_text(FILES["tests/unit/test_price.py"])
    assert "tests/unit/test_price.py does not pass without a mutant" in capsys.readouterr().out
