"""The lab's process: loopback only, one at a time, and nothing left behind."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

import lab as snapback_lab
from lab import emulator, session, supervisor

LISTENING = "0A"
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}


def descendants(pid: int) -> set[int]:
    """A process and everything it started."""
    found = {pid}
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found |= descendants(int(child))
    return found


def listening_addresses(pids: set[int]) -> set[str]:
    """Local addresses, in the kernel's hexadecimal, on which these processes accept connections."""
    inodes = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            target = str(handle.readlink()) if handle.is_symlink() else ""
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    addresses = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (fields[3] == LISTENING or table.startswith("udp")):
                addresses.add(fields[1].split(":")[0])
    return addresses


def environment_marks(run_directory: str) -> list[int]:
    """Processes whose environment or command names a run's directory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if run_directory.encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.fixture
def directory(tmp_path: Path) -> Any:
    """A place for a lab of a test's own, stopped afterwards."""
    yield tmp_path
    snapback_lab.stop(tmp_path, say=lambda _: None)


def test_everything_listens_on_loopback_only(lab: Any, sample: Any, aws: Any) -> None:
    """Emulator, its servers, and the Runtime APIs of running functions."""
    aws("lambda").invoke(FunctionName=sample.function_name, Payload=b'{"Records": []}')
    pids = descendants(lab.pid)
    assert len(pids) >= 3
    addresses = listening_addresses(pids)
    assert addresses
    assert addresses <= LOOPBACK


def test_start_and_stop_can_be_repeated_and_leave_nothing(directory: Path) -> None:
    """A second start finds the first lab; a stop ends every process and removes every file; so does a second one."""
    said: list[str] = []
    snapback_lab.stop(directory, say=said.append)
    first = snapback_lab.start(directory, say=said.append)
    assert snapback_lab.start(directory, say=said.append) == first
    assert snapback_lab.status(directory) == first
    assert environment_marks(first.run_directory)
    (directory / supervisor.RECORD).touch()
    snapback_lab.stop(directory, say=said.append)
    snapback_lab.stop(directory, say=said.append)
    assert snapback_lab.status(directory) is None
    assert not environment_marks(first.run_directory)
    assert not Path(first.run_directory).exists()
    assert not (directory / supervisor.RECORD).exists()
    assert [line.split(" (")[0] for line in said] == [
        "no lab runs",
        "starting the lab ...",
        f"the lab runs at {first.endpoint_url}",
        f"the lab already runs at {first.endpoint_url}",
        "the lab is stopped",
        "no lab runs",
    ]


def test_an_idle_lab_stops_by_itself(directory: Path, eventually: Callable[..., Any]) -> None:
    """No call from outside for the given time."""
    idle = snapback_lab.start(directory, idle_seconds=1, say=lambda _: None)
    eventually(lambda: snapback_lab.status(directory) is None)
    eventually(lambda: not Path(idle.run_directory).exists())
    assert not environment_marks(idle.run_directory)


def test_the_emulator_ends_with_its_supervisor(
    directory: Path, eventually: Callable[..., Any]
) -> None:
    """Kill -9 of the supervisor leaves no process."""
    orphan = snapback_lab.start(directory, say=lambda _: None)
    (directory / supervisor.RECORD).touch()
    os.kill(orphan.pid, signal.SIGKILL)
    eventually(lambda: not environment_marks(orphan.run_directory), wanted=True)
    snapback_lab.start(directory, say=lambda _: None)
    assert not Path(orphan.run_directory).exists()
    assert not (directory / supervisor.RECORD).exists()


@pytest.mark.parametrize(
    ("held", "answers", "runs"),
    [
        ({supervisor.LOCK, supervisor.STATE}, True, True),
        ({supervisor.LOCK}, True, False),
        ({supervisor.LOCK, supervisor.STATE}, False, False),
    ],
    ids=["as it runs", "while the next one starts", "before its killed supervisor has ended"],
)
def test_a_lab_runs_while_its_own_supervisor_says_so_and_it_answers(
    lab: Any, tmp_path: Path, held: set[str], *, answers: bool, runs: bool
) -> None:
    """What a killed supervisor left behind is not believed, whoever holds the directory's lock."""
    nowhere = f"http://127.0.0.1:{emulator.free_port()}"
    found = lab if answers else replace(lab, endpoint_url=nowhere)
    (tmp_path / supervisor.STATE).write_text(json.dumps(asdict(found)))
    (tmp_path / supervisor.LOCK).write_text(str(found.pid))
    with ExitStack() as stack:
        for name in held:
            file = stack.enter_context((tmp_path / name).open())
            fcntl.flock(file, fcntl.LOCK_EX)
        assert session.status(tmp_path) == (found if runs else None)


def test_a_lab_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error shows the end of the emulator's log."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho the emulator is broken\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("SNAPBACK_LAB_PYTHON", str(broken))
    begun = time.monotonic()
    with pytest.raises(snapback_lab.LabError, match="the emulator is broken"):
        snapback_lab.start(tmp_path, say=lambda _: None)
    assert time.monotonic() - begun < 10
    assert session.status(tmp_path) is None


def test_the_command_line_explains_itself() -> None:
    """`python -m lab --help` names its commands."""
    help_text = subprocess.run(
        [sys.executable, "-m", "lab", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for command in ("start", "stop", "status", "deploy"):
        assert command in help_text
