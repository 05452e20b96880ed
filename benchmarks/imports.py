"""How much it takes to import a handler, in instructions relative to a bare `import boto3`.

Both are imported from the folder that is zipped, with its bytecode, as a cold start does. Instructions
are the same in every run, seconds are not. They are counted by valgrind; where that is missing nothing
is measured, because nothing else that is portable counts the work of C code.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable

from infra import FUNCTIONS, ROOT

ASSET = ROOT / "build" / "functions-lab"
BARE = "boto3"
NOT_MEASURED = "not measured: needs valgrind"
QUICKLY = ("inject_fault", "restore_targets", "sweep", "validate_experiment")
ALL = sorted(each.stem for each in FUNCTIONS.glob("*.py") if "def handler(" in each.read_text())

_COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


def available() -> bool:
    """Whether instructions can be counted here."""
    return shutil.which("valgrind") is not None and ASSET.is_dir()


def ratio(instructions: int, of_bare: int) -> float:
    """How many times as much as the bare import."""
    return round(instructions / of_bare, 3)


def instructions(module: str) -> int:
    """How many instructions a new interpreter executes until a module is imported."""
    command = [sys.executable, "-c", f"import {module}"]
    environment = {**os.environ, "PYTHONPATH": str(ASSET), "PYTHONHASHSEED": "0"}
    counting = ["valgrind", "--tool=cachegrind", "--cache-sim=no"]
    ran = subprocess.run(
        [*counting, "--cachegrind-out-file=/dev/null", *command],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found = _COUNTED.search(ran.stderr)
    if not found:
        raise ValueError(f"valgrind did not say how many instructions: {ran.stderr[-300:]}")
    return int(found[1].replace(",", ""))


def asked(modules: Iterable[str]) -> list[str]:
    """What to count: these modules and what they are compared with; nothing without valgrind."""
    return [BARE, *modules] if available() else []
