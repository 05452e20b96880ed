"""`setup.sh` sets up what is missing or out of date, says so, and otherwise does nothing."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra import ROOT

TOOLS = ("basename", "cat", "cksum", "cp", "dirname", "find", "mkdir", "rm", "sh", "sort", "touch")
INTERPRETER = """\
#!/bin/sh
[ "$1" = -c ] && exit {unsupported}
echo "$(basename "$0") $*" >> calls
echo "this goes to standard output"
case "$*" in
    "-m venv --clear .venv")
        rm -rf .venv
        mkdir -p .venv/bin
        cp "$0" .venv/bin/python
        cp "$0" .venv/bin/uv
        echo home > .venv/pyvenv.cfg ;;
    "-m infra.asset "*) mkdir -p "build/functions-$3" ;;
    *requirements*) [ ! -e offline ] ;;
esac
"""
FILES = (
    "app.py",
    "functions/inject.py",
    "functions/snapback/window.py",
    "infra/asset.py",
    "infra/permissions.py",
    "requirements/dev.txt",
    "requirements/functions.txt",
    "requirements/uv.txt",
)
INSTALLED = [
    "python3 -m venv --clear .venv",
    "python -m pip install --quiet --require-hashes -r requirements/uv.txt",
    "uv pip install --quiet --python .venv --require-hashes -r requirements/dev.txt",
]
BUILT = ["python -m infra.asset aws"]

type Ran = subprocess.CompletedProcess[str]
type Run = Callable[..., Ran]


def interpreter(path: Path, *, supported: bool = True) -> None:
    """A stand-in for an interpreter, which writes down how it is called."""
    path.write_text(INTERPRETER.format(unsupported=0 if supported else 1))
    path.chmod(0o755)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone, and a PATH on which `python3` is supported."""
    for name in ("setup.sh", "cdk.json"):
        shutil.copy(ROOT / name, tmp_path)
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    interpreter(tmp_path / "bin" / "python3")
    return tmp_path


@pytest.fixture
def run(clone: Path) -> Run:
    """Run the script, or another command, in the clone."""

    def ran(command: str = "sh setup.sh", **variables: str) -> Ran:
        return subprocess.run(
            [clone / "bin" / "sh", "-c", command],
            cwd=clone,
            env={"PATH": str(clone / "bin"), **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    return ran


def calls(clone: Path) -> list[str]:
    """How interpreters were called since this was last asked."""
    log = clone / "calls"
    found = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return found


def set_up(clone: Path, run: Run) -> None:
    assert run().returncode == 0
    assert calls(clone) == INSTALLED + BUILT


def test_a_fresh_clone_is_set_up_with_words_on_standard_error_alone(clone: Path, run: Run) -> None:
    ran = run()
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "Installing the project's environment in .venv (about 550 MB, once)" in ran.stderr
    assert "Building the functions in build/functions-aws" in ran.stderr
    assert calls(clone) == INSTALLED + BUILT


def test_what_is_set_up_is_left_alone_in_silence(clone: Path, run: Run) -> None:
    set_up(clone, run)
    (clone / "functions" / "__pycache__").mkdir()
    (clone / "functions" / "__pycache__" / "inject.pyc").touch()
    ran = run()
    assert (ran.returncode, ran.stdout, ran.stderr, calls(clone)) == (0, "", "", [])


@pytest.mark.parametrize("name", ["uv.txt", "dev.txt"])
def test_other_requirements_install_the_environment_anew(clone: Path, run: Run, name: str) -> None:
    set_up(clone, run)
    after = (clone / ".venv" / "ready").stat().st_mtime + 60
    os.utime(clone / "requirements" / name, (after, after))
    assert run().returncode == 0
    assert calls(clone) == INSTALLED


@pytest.mark.parametrize(
    "name",
    [
        "functions/snapback/window.py",
        "infra/asset.py",
        "infra/permissions.py",
        "requirements/functions.txt",
        ".venv/pyvenv.cfg",
    ],
)
def test_another_input_builds_the_functions_anew(clone: Path, run: Run, name: str) -> None:
    set_up(clone, run)
    (clone / name).write_text("changed")
    assert run().returncode == 0
    assert calls(clone) == BUILT


def test_a_removed_module_builds_the_functions_anew(clone: Path, run: Run) -> None:
    set_up(clone, run)
    (clone / "functions" / "inject.py").unlink()
    assert run().returncode == 0
    assert calls(clone) == BUILT


def test_functions_that_are_gone_are_built_anew(clone: Path, run: Run) -> None:
    set_up(clone, run)
    (clone / "build" / "functions-aws").rmdir()
    assert run().returncode == 0
    assert calls(clone) == BUILT


def test_an_environment_whose_interpreter_is_gone_is_installed_anew(clone: Path, run: Run) -> None:
    set_up(clone, run)
    (clone / ".venv" / "bin" / "python").unlink()
    (clone / ".venv" / "bin" / "python").symlink_to("/no/python3")
    assert run().returncode == 0
    assert calls(clone) == INSTALLED


def test_an_installation_that_failed_is_begun_anew(clone: Path, run: Run) -> None:
    (clone / "offline").touch()
    assert run().returncode != 0
    assert calls(clone) == INSTALLED[:2]
    (clone / "offline").unlink()
    set_up(clone, run)


def test_each_part_can_be_set_up_alone(clone: Path, run: Run) -> None:
    assert run("sh setup.sh environment").returncode == 0
    assert calls(clone) == INSTALLED
    assert run("sh setup.sh functions lab").returncode == 0
    assert calls(clone) == ["python -m infra.asset lab"]


def test_an_unsupported_python3_is_passed_over(clone: Path, run: Run) -> None:
    interpreter(clone / "bin" / "python3", supported=False)
    interpreter(clone / "bin" / "python3.12")
    assert run().returncode == 0
    assert calls(clone)[0] == "python3.12 -m venv --clear .venv"


def test_the_interpreter_can_be_named(clone: Path, run: Run) -> None:
    interpreter(clone / "bin" / "python3", supported=False)
    interpreter(clone / "mine")
    assert run(PYTHON=str(clone / "mine")).returncode == 0
    assert calls(clone)[0] == "mine -m venv --clear .venv"


def test_without_a_supported_python_the_way_out_is_named(clone: Path, run: Run) -> None:
    interpreter(clone / "bin" / "python3", supported=False)
    ran = run()
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        "Snapback needs Python 3.12 or 3.13 and finds neither: install one, or name it with "
        "PYTHON=/path/to/python3\n"
    )
    assert calls(clone) == []


def test_the_app_runs_once_everything_is_set_up_and_not_otherwise(clone: Path, run: Run) -> None:
    app = json.loads((clone / "cdk.json").read_text())["app"]
    (clone / "offline").touch()
    assert run(app).returncode != 0
    assert "python app.py" not in calls(clone)
    (clone / "offline").unlink()
    assert run(app).returncode == 0
    assert calls(clone) == [*INSTALLED, *BUILT, "python app.py"]
