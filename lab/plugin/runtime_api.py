"""The Lambda Runtime API of one execution environment, served on loopback."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from lab.door import browser_problem

PREFIX = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Invocation:
    """One event on its way to the function."""

    request_id: str
    function_arn: str
    trace_id: str
    payload: bytes
    deadline_ms: int

    def headers(self) -> dict[str, str]:
        """The headers the runtime client reads."""
        return {
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(self.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self.function_arn,
            "Lambda-Runtime-Trace-Id": self.trace_id,
            "Content-Type": "application/json",
        }


@dataclass(frozen=True)
class Outcome:
    """How an invocation ended: what the runtime client posted, or that its process is gone."""

    kind: Literal["response", "error", "init_error", "exit"]
    body: bytes = b""
    request_id: str = ""


class RuntimeApi:
    """Hands invocations to one runtime client and collects what it posts."""

    def __init__(self) -> None:
        self.invocations: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self.outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.initialised = threading.Event()
        self._made_at = time.monotonic()
        self._init_seconds: float | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """The value of AWS_LAMBDA_RUNTIME_API."""
        return f"127.0.0.1:{self._server.server_port}"

    def note_initialised(self) -> None:
        """The runtime client asks for work."""
        if not self.initialised.is_set():
            self._init_seconds = time.monotonic() - self._made_at
            self.initialised.set()

    def take_init_seconds(self) -> float | None:
        """How long the runtime client took to ask for work; only once, for its first invocation."""
        taken, self._init_seconds = self._init_seconds, None
        return taken

    def close(self) -> None:
        """Stop listening and release a client that still waits."""
        self.invocations.put(None)
        self._server.shutdown()
        self._server.server_close()


class _NoWebPages(BaseHTTPRequestHandler):
    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        headers = {name.lower(): value for name, value in self.headers.items()}
        problem = browser_problem(headers, self.connection.getsockname()[1])
        if problem:
            self.send_error(403, problem)
        return not problem


def _handler_for(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(_NoWebPages):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            if self.path != f"{PREFIX}/invocation/next":
                return self._answer(404)
            api.note_initialised()
            invocation = api.invocations.get()
            if invocation is None:
                return self._answer(410)
            return self._answer(200, invocation.headers(), invocation.payload)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            outcome = _outcome_of(self.path, body)
            if outcome is None:
                return self._answer(404)
            self._answer(202, {}, b'{"status":"OK"}')
            return api.outcomes.put(outcome)

        def _answer(
            self, status: int, headers: dict[str, str] | None = None, body: bytes = b""
        ) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests of a runtime client are not worth a line."""

    return Handler


def _outcome_of(path: str, body: bytes) -> Outcome | None:
    match path.removeprefix(PREFIX).strip("/").split("/"):
        case ["invocation", request_id, "response"]:
            return Outcome("response", body, request_id)
        case ["invocation", request_id, "error"]:
            return Outcome("error", body, request_id)
        case ["init", "error"]:
            return Outcome("init_error", body)
        case _:
            return None
