"""The lab answers programs that sign with one of its keys, and no web page."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from lab.door import HEALTH, Key, Request, refusal
from lab.plugin.runtime_api import PREFIX, Invocation, RuntimeApi

PORT = 4566
OURS = Key.random()
QUEUE = "https://sqs.us-east-1.amazonaws.com/000000000000/orders"
CREATE_STACK = "/?Action=CreateStack&StackName=evil&TemplateBody=%7B%7D"
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "json": ("sqs", "send_message", {"QueueUrl": QUEUE, "MessageBody": "ä"}),
    "query": ("cloudformation", "describe_stacks", {"StackName": "a b"}),
    "rest with an ARN in the path": (
        "lambda", "list_tags", {"Resource": "arn:aws:lambda:us-east-1:000000000000:function:f"},
    ),
    "rest with a query": ("lambda", "list_event_source_mappings", {"FunctionName": "f:1"}),
    "an object with a strange key": ("s3", "put_object", {"Bucket": "b", "Key": "a b/ü+%", "Body": b"x"}),
}  # fmt: skip


def sent(call: str, key: Key, port: int = PORT) -> Request:
    """A call as the SDK would send it."""
    service, operation, arguments = CALLS[call]
    client = boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id=key.access_key_id,
        aws_secret_access_key=key.secret_access_key,
    )
    caught: list[AWSPreparedRequest] = []

    def catch(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        caught.append(request)
        return AWSResponse(request.url, 500, {}, None)

    client.meta.events.register("before-send", catch)
    with pytest.raises(Exception):  # noqa: B017, PT011  # nobody answers
        getattr(client, operation)(**arguments)
    return as_received(caught[0], port)


def as_received(request: AWSPreparedRequest, port: int) -> Request:
    headers = {
        name.lower(): value if isinstance(value, str) else value.decode()
        for name, value in request.headers.items()
    }
    target = request.url.removeprefix(f"http://127.0.0.1:{port}")
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    body = body if isinstance(body, bytes) else b""
    return Request(
        request.method, target, {"host": f"127.0.0.1:{port}", **headers}, lambda: bytes(body)
    )


def refused(request: Request) -> str:
    secrets = {OURS.access_key_id: OURS.secret_access_key}
    return refusal(request, PORT, secrets.get)


def plain(target: str = CREATE_STACK, **headers: str) -> Request:
    """A request that nobody signed."""
    return Request("GET", target, {"host": f"127.0.0.1:{PORT}", **headers})


def with_headers(request: Request, **headers: str) -> Request:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(request.method, request.target, {**request.headers, **more}, request.body)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_is_signed_with_the_labs_key_is_let_in(call: str) -> None:
    assert refused(sent(call, OURS)) == ""


@pytest.mark.parametrize("call", CALLS)
def test_another_key_another_secret_and_another_request_are_refused(call: str) -> None:
    assert "not of this lab" in refused(sent(call, Key("test", "test")))
    assert "signature" in refused(sent(call, Key(OURS.access_key_id, "test")))
    taken = sent(call, OURS)
    changed = Request("DELETE", taken.target, taken.headers, taken.body)
    assert "signature" in refused(changed)


def test_a_changed_body_is_refused() -> None:
    taken = sent("json", OURS)
    changed = Request(taken.method, taken.target, taken.headers, lambda: b"{}")
    assert "signature" in refused(changed)


def test_a_request_without_a_signature_is_refused() -> None:
    assert "not signed" in refused(plain())
    assert "not signed" in refused(plain(authorization="AWS4-HMAC-SHA256 Credential=test"))
    by_url = f"{CREATE_STACK}&X-Amz-Credential={OURS.access_key_id}%2F20260101"
    assert "not signed" in refused(plain(by_url))


@pytest.mark.parametrize("header", ["sec_fetch_site", "origin", "referer"])
@pytest.mark.parametrize("value", ["same-origin", "null", "", f"http://127.0.0.1:{PORT}/"])
def test_what_a_browser_sends_is_refused_even_if_it_is_signed(header: str, value: str) -> None:
    assert "web page" in refused(with_headers(sent("json", OURS), **{header: value}))
    assert "web page" in refused(with_headers(plain(HEALTH), **{header: value}))


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1", "127.0.0.1:80", "evil.example:4566", "localhost.evil.example:4566"]
)
def test_a_foreign_host_is_refused(host: str) -> None:
    assert "is not called" in refused(with_headers(plain(HEALTH), host=host))
    assert "is not called" in refused(with_headers(sent("json", OURS), host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_health_is_told_by_every_name_of_this_machine(host: str) -> None:
    assert refused(with_headers(plain(HEALTH), host=f"{host}:{PORT}")) == ""
    assert refused(with_headers(plain(f"{HEALTH}?a"), host=f"{host}:{PORT}"))


def test_a_proxy_passes_on_what_was_signed_for_it() -> None:
    through = sent("json", OURS, port=9000)
    here = f"127.0.0.1:{PORT}"
    passed = with_headers(through, host=here, x_forwarded_host="127.0.0.1:9000")
    assert refused(passed) == ""
    assert "signature" in refused(with_headers(through, host=here))


def test_keys_cannot_be_guessed() -> None:
    keys = {Key.random() for _ in range(100)}
    assert len({key.access_key_id for key in keys}) == 100
    assert all(len(key.secret_access_key) >= 40 for key in keys)


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    """A Runtime API with one event to hand out."""
    api = RuntimeApi()
    api.invocations.put(Invocation("id", "arn", "trace", b"{}", 0))
    yield api
    api.close()


def test_a_web_page_gets_no_event_from_a_runtime_api(api: RuntimeApi) -> None:
    url = f"http://{api.address}{PREFIX}/invocation/next"
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5)
    with urllib.request.urlopen(url, timeout=5) as answer:
        assert answer.read() == b"{}"
