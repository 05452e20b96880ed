"""What a mapping names is looked at where that is possible; what is not looked at is said."""

from typing import Any

import pytest

from snapback.model.effects import Call
from tests.fakes.answers import DENIED
from tests.unit.proof_account import (
    BUCKET,
    KAFKA,
    OWN_KAFKA,
    QUEUE,
    REGISTRY,
    SECRET,
    STREAM,
    TOPIC,
    account,
    mapping,
    queue,
    stream,
    validated,
)


def failing_to(destination: str) -> dict[str, Any]:
    """A stream's mapping with an on-failure destination."""
    return mapping(STREAM, DestinationConfig={"OnFailure": {"Destination": destination}})


@pytest.mark.parametrize(
    ("config", "denied", "name"),
    [
        (failing_to(BUCKET), "GetBucketLocation", BUCKET),
        (failing_to(TOPIC), "GetTopicAttributes", TOPIC),
        (mapping(**OWN_KAFKA), "DescribeSubnets", "subnet-1"),
        (mapping(**OWN_KAFKA), "DescribeSecurityGroups", "sg-1"),
        (mapping(**{**OWN_KAFKA, **REGISTRY}), "DescribeSecret", SECRET),
    ],
    ids=["bucket", "topic", "subnet", "security group", "secret"],
)
def test_what_may_not_be_looked_at_is_a_warning(
    config: dict[str, Any], denied: str, name: str
) -> None:
    warnings = validated(account(config, **{denied: DENIED}))["warnings"]
    assert f"{name} could not be checked (AccessDeniedException)." in warnings


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (failing_to("kafka://failures"), "Whether kafka://failures exists could not be checked"),
        (mapping(**REGISTRY), "Whether schema registry https://registry can be reached was not"),
        (mapping(KAFKA, Topics=["t"]), f"How long {KAFKA} keeps the offsets of a consumer group"),
        (mapping(**OWN_KAFKA), "How long the Kafka cluster keeps the offsets of a consumer group"),
    ],
    ids=["Kafka topic", "schema registry", "MSK offsets", "own Kafka's offsets"],
)
def test_what_no_call_shows_is_a_warning(config: dict[str, Any], sentence: str) -> None:
    warnings = validated(account(config))["warnings"]
    assert [each for each in warnings if each.startswith(sentence)]


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


def test_a_bucket_is_named_without_its_folder() -> None:
    asked: list[Call] = []
    validated(account(failing_to(f"{BUCKET}/folder")), asked=asked)
    [call] = [each for each in asked if each.service == "s3"]
    assert call.params == {"Bucket": "failures"}
