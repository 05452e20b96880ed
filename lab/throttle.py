"""A proxy before the lab that lets through no more Lambda control-plane requests a second than AWS does."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from lab.cloud import client
from lab.door import FORWARDED_HOST
from lab.handlers import OWN
from lab.session import Lab

LIMIT_PER_SECOND = 15
LONGEST_SECONDS = 900
CONTROL_PLANE = re.compile(
    r"/2015-03-31/(event-source-mappings|functions)\b(?!.*/invocations)|/2017-03-31/tags\b"
)
REFUSAL = json.dumps({"Type": "User", "message": "Rate exceeded"}).encode()
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


@dataclass
class Throttle:
    """When requests were let through, in seconds of a clock of the caller's; how many were refused."""

    limit: int
    passed_at: list[float] = field(default_factory=list)
    refused: int = 0
    _recent: deque[float] = field(default_factory=deque)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def passed(self) -> int:
        """How many were let through."""
        return len(self.passed_at)

    def admits(self, now: float) -> bool:
        """Whether a request may pass: fewer than the limit did in the second before `now`."""
        with self._turn:
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            admitted = len(self._recent) < self.limit
            if admitted:
                self._recent.append(now)
                self.passed_at.append(now)
            self.refused += not admitted
            return admitted


@contextlib.contextmanager
def throttled(
    lab: Lab, limit: int = LIMIT_PER_SECOND, settings: Mapping[str, str] | None = None
) -> Iterator[Throttle]:
    """Send the Lambda calls of Snapback's handlers through a proxy while the block runs.

    `settings` are other variables of the handlers' environment. Moments are of `time.time`.
    """
    throttle = Throttle(limit)
    with proxy(lab, throttle) as url:
        variables = {**(settings or {}), "AWS_ENDPOINT_URL_LAMBDA": url}
        with _environment_of_handlers(lab, variables):
            yield throttle


@contextlib.contextmanager
def proxy(lab: Lab, throttle: Throttle) -> Iterator[str]:
    """Serve the proxy on loopback; it ends with the block, after a quarter of an hour, or with the lab."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(lab, throttle), False)  # noqa: FBT003
    server.request_queue_size = 128
    server.daemon_threads = True
    server.server_bind()
    server.server_activate()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    end = threading.Timer(LONGEST_SECONDS, server.shutdown)
    end.daemon = True
    end.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        end.cancel()
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def _environment_of_handlers(lab: Lab, variables: Mapping[str, str]) -> Iterator[None]:
    functions = client(lab, "lambda")
    before = {
        each["FunctionName"]: each["Environment"]["Variables"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if each.get("Environment", {}).get("Variables", {}).get(OWN[0]) == OWN[1]
    }
    _set(functions, {name: {**own, **variables} for name, own in before.items()})
    try:
        yield
    finally:
        _set(functions, before)


def _set(functions: Any, environments: dict[str, dict[str, str]]) -> None:
    for name, variables in environments.items():
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables}
        )
    for name in environments:
        functions.get_waiter("function_updated_v2").wait(
            FunctionName=name, WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
        )


def _handler_for(lab: Lab, throttle: Throttle) -> type[BaseHTTPRequestHandler]:
    upstream = urlsplit(lab.endpoint_url).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 60

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if CONTROL_PLANE.match(self.path) and not throttle.admits(time.time()):
                headers = {"x-amzn-ErrorType": "TooManyRequestsException"}
                self._send(429, {**headers, "Content-Type": "application/json"}, REFUSAL)
            else:
                self._forward(body)

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):
                super().handle()

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = answer  # noqa: N815

        def _forward(self, body: bytes) -> None:
            connection = http.client.HTTPConnection(upstream, timeout=self.timeout)
            try:
                connection.request(
                    self.command, self.path, body, _passed_on(self.headers, upstream)
                )
                response = connection.getresponse()
                answer = response.status, dict(response.getheaders()), response.read()
            except OSError:
                answer = 502, {}, b""
                threading.Thread(target=self.server.shutdown, daemon=True).start()
            finally:
                connection.close()
            self._send(*answer)

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            with contextlib.suppress(ConnectionError):  # a caller that was killed, or waits no more
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """A request is not worth a line."""

    return Handler


def _passed_on(received: Message, upstream: str) -> dict[str, str]:
    """The headers for the lab, which answers to its own name alone; what was signed is the proxy's."""
    headers = {name.lower(): value for name, value in received.items()}
    return {**headers, FORWARDED_HOST: headers.get("host", ""), "host": upstream}
