"""A key that something is encrypted with has to be there, and enabled."""

import pytest

from snapback.model.effects import Answer, Call
from tests.fakes.answers import ok
from tests.unit.proof_account import (
    KEY,
    QUEUE,
    REGION,
    STREAM,
    Refusal,
    account,
    assert_refused,
    mapping,
    queue,
    stream,
    validated,
)

GONE_KEY = Answer(code="NotFoundException", status=400)


@pytest.mark.parametrize(
    "case",
    [
        ({"KMSKeyArn": KEY, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
         {"DescribeKey": ok(KeyMetadata={"KeyState": "PendingDeletion"})}, {},
         f"encrypts with key {KEY}, which is PendingDeletion"),
        ({"KMSKeyArn": KEY, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
         {"DescribeKey": Answer(code="NotFoundException", status=400)}, {},
         f"encrypts with key {KEY}, which does not exist"),
        ({}, {"GetQueueAttributes": queue(KmsMasterKeyId="alias/shop"),
              "DescribeKey": ok(KeyMetadata={"KeyState": "Disabled"})}, {},
         f"reads {QUEUE}, encrypted with key arn:aws:kms:{REGION}:alias/shop, which is Disabled"),
        ({"EventSourceArn": STREAM},
         {"DescribeStreamSummary": stream(KeyId="k"), "DescribeKey": GONE_KEY}, {},
         f"reads {STREAM}, encrypted with key {KEY}, which does not exist"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_refused(case: Refusal) -> None:
    assert_refused(*case)


@pytest.mark.parametrize(
    ("key", "asked_for"),
    [
        ("alias/aws/sqs", "arn:aws:kms:eu-west-1:123456789012:alias/aws/sqs"),
        ("1234", "arn:aws:kms:eu-west-1:123456789012:key/1234"),
        ("arn:aws:kms:eu-west-1:1:key/k", "arn:aws:kms:eu-west-1:1:key/k"),
    ],
)
@pytest.mark.parametrize("source", [QUEUE, STREAM])
def test_the_key_of_a_source_is_looked_for_in_its_own_account(
    source: str, key: str, asked_for: str
) -> None:
    asked: list[Call] = []
    answers = account(
        mapping(source),
        GetQueueAttributes=queue(KmsMasterKeyId=key),
        DescribeStreamSummary=stream(KeyId=key),
    )
    validated(answers, asked=asked)
    keys = [each.params["KeyId"] for each in asked if each.operation == "DescribeKey"]
    assert keys == [asked_for]
