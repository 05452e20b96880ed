"""One execution environment: a process that runs the real runtime client, and its Runtime API."""

from __future__ import annotations

import contextlib
import json
import math
import queue
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.plugin.handler_environment import handler_environment
from lab.plugin.runtime_api import Invocation, Outcome, RuntimeApi

INIT_SECONDS = 60


@dataclass(frozen=True)
class Result:
    """What the caller of Invoke gets: the payload, whether it is a function error, the log."""

    payload: bytes
    is_error: bool
    log: str


class Sandbox:
    """A process for one function version, used for one invocation after the other."""

    def __init__(self, given: Mapping[str, object], task_root: Path, opt: Path | None) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="sandbox-"))
        self.version = str(given.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"))
        self.api = RuntimeApi()
        environment = handler_environment(given, task_root, opt, self.scratch, self.api.address)
        self._log = (self.scratch / "log").open("w+b")
        self._log_position = 0
        wrapper = shlex.split(environment.get("AWS_LAMBDA_EXEC_WRAPPER", ""))
        self._process = subprocess.Popen(
            [*wrapper, sys.executable, "-S", "-m", "awslambdaric", environment["_HANDLER"]],
            env=environment,
            cwd=task_root,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=self._report_exit, daemon=True).start()

    def usable(self) -> bool:
        """Whether the process can take another invocation."""
        return self._process.poll() is None

    def invoke(
        self, request_id: str, function_arn: str, trace_id: str, payload: bytes, seconds: int
    ) -> Result:
        """Run one event to its end, or kill the process when the function's time is over."""
        outcome = self._initialise()
        began = time.monotonic()
        if outcome is None:
            deadline_ms = int((time.time() + seconds) * 1000)
            self._write_log(f"START RequestId: {request_id} Version: {self.version}")
            self.api.invocations.put(
                Invocation(request_id, function_arn, trace_id, payload, deadline_ms)
            )
            outcome = self._next_outcome(seconds)
        if outcome is None or outcome.kind in ("exit", "init_error"):
            self.close(keep_log=True)
        body = _body_of(outcome, request_id, seconds, self._process.returncode)
        self._write_log(f"END RequestId: {request_id}")
        self._write_log(self._report(request_id, time.monotonic() - began))
        return Result(body, outcome is None or outcome.kind != "response", self._read_log())

    def close(self, *, keep_log: bool = False) -> None:
        """Kill the process and stop its Runtime API."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        self.api.close()
        if not keep_log:
            self._log.close()
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _report_exit(self) -> None:
        self._process.wait()
        self.api.outcomes.put(Outcome("exit"))

    def _initialise(self) -> Outcome | None:
        """Wait until the runtime client asks for work; None when it did, else why it never will."""
        deadline = time.monotonic() + INIT_SECONDS
        while not self.api.initialised.wait(0.005):
            outcome = self._next_outcome(0)
            if outcome is not None:
                return outcome
            if time.monotonic() > deadline:
                return Outcome("exit")
        return None

    def _next_outcome(self, seconds: float) -> Outcome | None:
        with contextlib.suppress(queue.Empty):
            return (
                self.api.outcomes.get(timeout=seconds)
                if seconds
                else self.api.outcomes.get_nowait()
            )
        return None

    def _report(self, request_id: str, seconds: float) -> str:
        """The line with which Lambda ends an invocation, without the memory, which nobody measures here."""
        milliseconds = 1000 * seconds
        init = self.api.take_init_seconds()
        return "\t".join([
            f"REPORT RequestId: {request_id}",
            f"Duration: {milliseconds:.2f} ms",
            f"Billed Duration: {math.ceil(milliseconds)} ms",
            *([f"Init Duration: {1000 * init:.2f} ms"] if init else []),
        ])  # fmt: skip

    def _write_log(self, line: str) -> None:
        self._log.seek(0, 2)
        self._log.write(f"{line}\n".encode())
        self._log.flush()

    def _read_log(self) -> str:
        self._log.seek(self._log_position)
        text = self._log.read()
        self._log_position += len(text)
        return text.decode(errors="replace")


def _body_of(outcome: Outcome | None, request_id: str, seconds: int, code: int | None) -> bytes:
    """The payload of Invoke; for a time-out and for a lost process, in the words of AWS."""
    if outcome is None:
        message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
        return _error("Sandbox.Timedout", message)
    if outcome.kind == "exit":
        message = f"RequestId: {request_id} Error: {_exit_reason(code)}"
        return _error("Runtime.ExitError", message)
    return outcome.body


def _exit_reason(code: int | None) -> str:
    if not code:
        return "Runtime exited without providing a reason"
    if code < 0:
        return (
            f"Runtime exited with error: signal: {(signal.strsignal(-code) or str(-code)).lower()}"
        )
    return f"Runtime exited with error: exit status {code}"


def _error(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()
