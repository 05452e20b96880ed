from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from aws import probes
from snapback.model.effects import Probe


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/moved" else 503)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("path", "status"), [("/", 503), ("/moved", 302)])
def test_a_probe_answers_the_status_of_what_was_asked(path: str, status: int) -> None:
    with serving() as where:
        found = probes.perform(Probe(f"http://{where}{path}", 3))
    assert (found.status, found.error) == (status, "")
    assert 0 <= found.seconds < 3


def test_a_probe_that_nobody_answers_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as where:
        monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", where)
        assert "not probed" in probes.perform(Probe(f"http://{where}/", 3)).error
    found = probes.perform(Probe(f"http://localhost.invalid:{where.split(':')[1]}/", 3))
    assert found.status == 0
    assert found.error
