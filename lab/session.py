"""Start, find and stop labs."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lab import emulator
from lab.supervisor import LOCK, LOG, START_SECONDS, STATE, STOP_SECONDS

OUT = emulator.ROOT / "out"
REGION = "us-east-1"
ACCOUNT_ID = "000000000000"
LOG_TAIL_LINES = 40
_background: list[subprocess.Popen[bytes]] = []


class LabError(Exception):
    """The lab could not be started or stopped; the message says why and shows the emulator's last lines."""


@dataclass(frozen=True)
class Lab:
    """A running lab."""

    pid: int
    endpoint_url: str
    run_directory: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = REGION
    account_id: str = ACCOUNT_ID

    def environment(self) -> dict[str, str]:
        """The variables that point any AWS SDK or CLI at the lab."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
        }


def status(directory: Path = OUT) -> Lab | None:
    """The lab that runs from this directory and answers, if any."""
    lab = _recorded(directory)
    return lab if lab and emulator.is_ready(lab.endpoint_url) else None


def start(
    directory: Path = OUT, *, idle_seconds: float = 3600, say: Callable[[str], object] = print
) -> Lab:
    """Start a lab in the background, or find the one that runs."""
    directory.mkdir(parents=True, exist_ok=True)
    if lab := status(directory):
        say(f"the lab already runs at {lab.endpoint_url}")
        return lab
    say("starting the lab ...")
    supervisor = _spawn(directory, idle_seconds, follow=False)
    _background.append(supervisor)
    return _wait_for(directory, supervisor, say)


def stop(directory: Path = OUT, *, say: Callable[[str], object] = print) -> None:
    """Stop the lab that runs from this directory; fine when there is none."""
    lab = _recorded(directory)
    if lab is None:
        say("no lab runs")
        return
    os.kill(lab.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS + 10
    while _locked(directory):
        if time.monotonic() > deadline:
            raise LabError(f"the lab (process {lab.pid}) did not stop")
        time.sleep(0.05)
    for supervisor in _background:
        supervisor.poll()
    say("the lab is stopped")


@contextlib.contextmanager
def running(*, say: Callable[[str], object] = lambda _: None) -> Iterator[Lab]:
    """A private lab that ends with the block, and with this process whatever happens to it."""
    directory = Path(tempfile.mkdtemp(prefix="snapback-lab-session-"))
    supervisor = _spawn(directory, idle_seconds=3600, follow=True)
    try:
        yield _wait_for(directory, supervisor, say)
    finally:
        supervisor.communicate()
        shutil.rmtree(directory, ignore_errors=True)


def _spawn(directory: Path, idle_seconds: float, *, follow: bool) -> subprocess.Popen[bytes]:
    if not emulator.interpreter().exists():
        raise LabError(f"{emulator.interpreter()} is missing: create the lab's environment first")
    command = [sys.executable, "-m", "lab.supervisor", str(directory)]
    command += ["--idle-seconds", str(idle_seconds)] + ["--follow-stdin"] * follow
    return subprocess.Popen(
        command,
        cwd=emulator.ROOT,
        stdin=subprocess.PIPE if follow else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait_for(
    directory: Path, supervisor: subprocess.Popen[bytes], say: Callable[[str], object]
) -> Lab:
    begun = time.monotonic()
    while time.monotonic() < begun + START_SECONDS:
        if lab := status(directory):
            say(f"the lab runs at {lab.endpoint_url} ({time.monotonic() - begun:.1f} s)")
            return lab
        if supervisor.poll() not in (None, 0) or (
            supervisor.poll() == 0 and not _locked(directory)
        ):
            break
        time.sleep(0.05)
    raise LabError(f"the lab did not start; the end of its log:\n{log_tail(directory)}")


def log_tail(directory: Path = OUT) -> str:
    """The last lines of the emulator's log."""
    with contextlib.suppress(FileNotFoundError):
        lines = (directory / LOG).read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])
    return "(there is no log)"


def _recorded(directory: Path) -> Lab | None:
    """The lab of the supervisor that holds the state's file; it may be about to end."""
    with contextlib.suppress(FileNotFoundError), (directory / STATE).open() as state:
        return Lab(**json.load(state)) if _held(state) else None
    return None


def _locked(directory: Path) -> bool:
    """Whether a supervisor holds the directory's lock."""
    with contextlib.suppress(FileNotFoundError), (directory / LOCK).open() as lock:
        return _held(lock)
    return False


def _held(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # given back when the file is closed
    except BlockingIOError:
        return True
    return False
