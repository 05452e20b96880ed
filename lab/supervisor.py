"""Runs one emulator from start to end: waits until it is ready, stops it when idle or told to, leaves nothing behind."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from lab import emulator
from lab.door import Key

START_SECONDS = 120
STOP_SECONDS = 2  # there is nothing to save
LOCK_TRIES = 20  # whoever asks whether it is held holds it for a moment
PRIVATE = 0o077  # what a lab writes is for its user alone, and so is what its emulator writes
LOCK, STATE, LOG = "lab.lock", "lab.state.json", "lab.log"
RECORD = "lab.json"  # what is deployed; it goes when its lab goes


def main() -> int:
    """Supervise a lab whose lock, state and log are in the given directory."""
    os.umask(PRIVATE)
    options = _options()
    wanted = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: wanted.set())
    if options.follow_stdin:
        threading.Thread(target=_stop_at_end_of_input, args=(wanted,), daemon=True).start()
    with _only_one(options.directory), _run_directory() as run_directory:
        _clear_after_crash(options.directory)
        code = supervise(options.directory, run_directory, options.idle_seconds, wanted)
    if options.follow_stdin and wanted.is_set():
        shutil.rmtree(options.directory, ignore_errors=True)
    return code


def supervise(directory: Path, run: Path, idle_seconds: float, stop: threading.Event) -> int:
    """Run the emulator until `stop` is set, nobody used it for a while, or it ends by itself."""
    port = emulator.free_port()
    endpoint_url = f"http://127.0.0.1:{port}"
    key = Key.random()
    (directory / LOG).unlink(missing_ok=True)
    with (directory / LOG).open("wb") as log:
        process = emulator.launch(run, port, key, log)
    try:
        if _wait_until_ready(process, endpoint_url, stop):
            emulator.activity_file(run).touch()
            where = {"endpoint_url": endpoint_url, "run_directory": str(run)}
            with _published(directory / STATE, {"pid": os.getpid(), **where, **asdict(key)}):
                _wait_until_over(process, emulator.activity_file(run), idle_seconds, stop)
        return 0 if stop.is_set() or process.poll() is None else 1
    finally:
        (directory / RECORD).unlink(missing_ok=True)
        end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the emulator, then SIGKILL to all that is left of its process group."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lab.supervisor", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--idle-seconds", type=float, default=3600)
    parser.add_argument(
        "--follow-stdin",
        action="store_true",
        help="stop when standard input ends, and remove the directory",
    )
    return parser.parse_args()


def _stop_at_end_of_input(stop: threading.Event) -> None:
    os.read(sys.stdin.fileno(), 1)
    stop.set()


@contextlib.contextmanager
def _only_one(directory: Path) -> Iterator[None]:
    """Hold the directory's lock for as long as this lab runs; end quietly when another one has it."""
    with (directory / LOCK).open("a") as lock:
        for _ in range(LOCK_TRIES):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.05)
        else:
            sys.exit(0)
        yield


@contextlib.contextmanager
def _published(path: Path, state: dict[str, object]) -> Iterator[None]:
    """Show the state, and hold its file: what a supervisor that was killed left behind is not held."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with draft.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump(state, file)
        file.flush()
        draft.replace(path)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _run_directory() -> Iterator[Path]:
    run = Path(tempfile.mkdtemp(prefix="snapback-lab-"))
    try:
        yield run
    finally:
        shutil.rmtree(run, ignore_errors=True)


def _clear_after_crash(directory: Path) -> None:
    """Remove what a supervisor that was killed left behind."""
    (directory / RECORD).unlink(missing_ok=True)
    state = directory / STATE
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(json.loads(state.read_text())["run_directory"], ignore_errors=True)
        state.unlink()


def _wait_until_ready(
    process: subprocess.Popen[bytes], endpoint_url: str, stop: threading.Event
) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline and not stop.wait(0.1):
        if emulator.is_ready(endpoint_url):
            return True
    return False


def _wait_until_over(
    process: subprocess.Popen[bytes], activity: Path, idle_seconds: float, stop: threading.Event
) -> None:
    while process.poll() is None and not stop.wait(0.5):
        if time.time() - activity.stat().st_mtime > idle_seconds:
            stop.set()


if __name__ == "__main__":
    sys.exit(main())
