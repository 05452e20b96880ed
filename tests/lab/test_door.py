"""A running lab lets in who has its key, and nobody else."""

from __future__ import annotations

import http.client
import json
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

import lab as snapback_lab
from lab.deployment import write_record
from lab.product import Product
from lab.supervisor import LOG, RECORD, STATE

CALLER = """
import os, boto3

def handler(event, context):
    return os.environ["AWS_ACCESS_KEY_ID"], boto3.client("sts").get_caller_identity()["Arn"]
"""
TEMPLATE = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
CREATE_STACK = "/?" + urlencode(
    {"Action": "CreateStack", "StackName": "evil", "TemplateBody": TEMPLATE}
)
SIGNED_FOR_NOBODY = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request, "
    "SignedHeaders=host, Signature=" + "0" * 64
)


def status_of(lab: snapback_lab.Lab, path: str, headers: dict[str, str]) -> int:
    """The status of a GET with exactly these headers."""
    connection = http.client.HTTPConnection(urlsplit(lab.endpoint_url).netloc, timeout=10)
    connection.putrequest("GET", path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
        {"Host": "evil.example"},
        {"Origin": "http://localhost"},
        {"Authorization": SIGNED_FOR_NOBODY},
    ],
    ids=["an image without a referrer", "a browser", "a rebound name", "a page", "the key `test`"],
)
def test_no_web_page_and_no_other_user_creates_a_stack(
    lab: snapback_lab.Lab, aws: Any, headers: dict[str, str]
) -> None:
    assert status_of(lab, CREATE_STACK, headers) == 403
    stacks = aws("cloudformation").describe_stacks()["Stacks"]
    assert "evil" not in {each["StackName"] for each in stacks}


@pytest.mark.parametrize("path", ["/_localemu/info", "/_localemu/init", "/bucket/key"])
def test_what_localemu_serves_beside_aws_is_closed_too(lab: snapback_lab.Lab, path: str) -> None:
    assert status_of(lab, path, {}) == 403


def test_the_key_without_its_secret_opens_nothing(lab: snapback_lab.Lab) -> None:
    client = boto3.client(
        "sqs",
        endpoint_url=lab.endpoint_url,
        region_name=lab.region,
        aws_access_key_id=lab.access_key_id,
        aws_secret_access_key="test",  # noqa: S106
    )
    with pytest.raises(ClientError, match="signature"):
        client.list_queues()


def test_a_function_is_let_in_with_the_key_of_its_role(
    lab: snapback_lab.Lab, aws: Any, make_function: Any
) -> None:
    make_function("caller", CALLER)
    answer = aws("lambda").invoke(FunctionName="caller", Payload=b"{}")
    key, caller = json.loads(answer["Payload"].read())
    assert key != lab.access_key_id
    assert ":assumed-role/lab-test/" in caller


def test_what_a_lab_writes_is_for_its_user_alone(product: Product, tmp_path: Path) -> None:
    (tmp_path / LOG).touch(mode=0o644)
    lab = snapback_lab.start(tmp_path, say=lambda _: None)
    try:
        write_record(lab, product.deployment, tmp_path / RECORD)
        files = [tmp_path / name for name in (LOG, STATE, RECORD)]
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}
        assert modes == {LOG: 0o600, STATE: 0o600, RECORD: 0o600}
        below = [Path(lab.run_directory), *Path(lab.run_directory).rglob("*")]
        open_to_others = [
            str(each) for each in below if not each.is_symlink() and each.stat().st_mode & 0o077
        ]
        assert open_to_others == []
    finally:
        snapback_lab.stop(tmp_path, say=lambda _: None)
