import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from urllib3.exceptions import SSLError

from aws import probes
from aws.addresses import NotProbed, addresses
from snapback.model.effects import Probe, Probed

NAME = "shop.invalid"
HERE = ["127.0.0.1"]


class Answering(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.headers["Host"], self.path))
        self.send_response(302 if self.path == "/moved" else 503)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """A server on loopback: its port, and the host and path of each request."""
    asked: list[tuple[str, str]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (Answering,), {"asked": asked}))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


def ask(url: str, port: int, found: list[str] = HERE) -> int:
    return probes.ask(urlsplit(url), found, port, 3)


def perform(url: str, *private_hosts: str) -> Probed:
    return probes.perform(Probe(url, 3), private_hosts)


@pytest.mark.parametrize(("path", "status"), [("/", 503), ("/moved", 302)])
def test_a_probe_answers_the_status_of_what_was_asked(path: str, status: int) -> None:
    with serving() as (port, asked):
        assert ask(f"http://{NAME}:{port}{path}", port) == status
    assert len(asked) == 1, "a redirect is not followed"


def test_the_address_that_was_looked_at_is_asked_and_the_name_is_not_resolved_again() -> None:
    with serving() as (port, asked):
        assert ask(f"http://{NAME}?deep=1", port) == 503
    assert asked == [(NAME, "/?deep=1")]


def test_the_next_address_is_asked_where_one_cannot_be_reached() -> None:
    with serving() as (port, _):
        assert ask(f"http://{NAME}", port, ["127.0.0.2", *HERE]) == 503


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for the name alone, and its key; it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_tls_is_verified_by_name_although_an_address_is_asked(certificate: Path) -> None:
    with serving(certificate) as (port, _):
        assert ask(f"https://{NAME}", port) == 503
        with pytest.raises(SSLError, match=r"other\.invalid"):
            ask("https://other.invalid", port)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST", "127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0x7f000001",  # noqa: S104
        "0177.0.0.1", "127.1.2.3", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254", "169.254.100.1", "[fe80::1]",
        "[::ffff:169.254.169.254]", "224.0.0.1", "255.255.255.255", "[::127.0.0.1]",
    ],
)  # fmt: skip
def test_this_machine_is_never_asked_however_it_is_spelt(host: str) -> None:
    with serving() as (port, asked):
        for digits in (str(port), f"0{port}"):
            plain = host.strip("[]").lower()
            found = perform(f"http://{host}:{digits}/2018-06-01/runtime/invocation/next", plain)
            assert found.status == 0
            assert "never probed" in found.error
    assert asked == []


@pytest.mark.parametrize(
    "host", ["10.0.0.7", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00:ec2::254", "167772167"]
)
def test_a_private_address_is_asked_only_at_a_host_that_the_stack_names(host: str) -> None:
    with pytest.raises(NotProbed, match="setting probe_hosts"):
        addresses(host, 80, {"health.internal"})
    assert addresses(host, 80, {host})


@pytest.mark.parametrize("host", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_a_public_address_is_asked(host: str) -> None:
    assert addresses(host, 443, ()) == [host]


def test_a_host_with_one_forbidden_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(2, 1, 6, "", (each, 80)) for each in ("93.184.215.14", "127.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(NotProbed, match=r"loopback address 127\.0\.0\.1"):
        addresses("rebound.example", 80, ())


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost.invalid/?token=secret",
        "http://127.0.0.1/?token=secret",
        "http://127.0.0.1:99999/?token=secret",
        "http://127.0.0.1:x/?token=secret",
        "http:///?token=secret",
    ],
)
def test_a_probe_that_nobody_answers_says_why_and_not_its_query(url: str) -> None:
    found = perform(url)
    assert found.status == 0
    assert found.error
    assert "secret" not in found.error
