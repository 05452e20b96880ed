"""What the project installs is pinned, hashed, and tied to no registry."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from infra import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_requirement_is_locked_with_its_hashes_and_without_a_host(lock: Path) -> None:
    text = lock.read_text()
    packages = re.findall(r"^[a-z0-9]", text, re.MULTILINE)
    hashed = re.findall(r"^[a-z0-9].*==.* \\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(hashed) == len(packages) > 0
    assert "://" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_holds_what_its_source_pins(lock: Path) -> None:
    source = lock.with_suffix(".in").read_text()
    for name, version in re.findall(r"^([a-z0-9-]+)\S*==(\S+)", source, re.MULTILINE):
        assert re.search(
            rf"^{name}(\[.*\])?=={re.escape(version)}\b", lock.read_text(), re.MULTILINE
        )


def test_the_functions_run_on_the_versions_they_are_tested_with() -> None:
    pinned = re.compile(r"^([a-z0-9-]+)==([^ ]+)", re.MULTILINE)
    functions, project = (
        dict(pinned.findall((ROOT / "requirements" / f"{name}.txt").read_text()))
        for name in ("functions", "dev")
    )
    assert functions.items() <= project.items()


def test_the_lock_of_npm_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not any("resolved" in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    run = subprocess.run(
        ["make", "help"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
    )
    assert [line.split()[0] for line in run.stdout.splitlines()] == targets


def test_the_licence_names_its_holder_and_a_finder_of_a_hole_knows_where_to_go() -> None:
    holder = "Copyright 2026 The Snapback authors"
    for name in ("LICENSE", "NOTICE"):
        assert holder in (ROOT / name).read_text()
    assert "Report a vulnerability" in (ROOT / "SECURITY.md").read_text()
