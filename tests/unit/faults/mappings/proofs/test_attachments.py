"""What a mapping names is looked at where that is possible; what is not looked at is said."""

from typing import Any

import pytest

from snapback.model.effects import Answer, Call
from tests.fakes.answers import DENIED, GONE, ok
from tests.unit.proof_account import (
    BUCKET,
    KAFKA,
    NO_QUEUE,
    OWN_KAFKA,
    QUEUE,
    REGISTRY,
    SECRET,
    STREAM,
    TOPIC,
    Refusal,
    account,
    assert_refused,
    mapping,
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


def test_a_bucket_is_named_without_its_folder() -> None:
    asked: list[Call] = []
    validated(account(failing_to(f"{BUCKET}/folder")), asked=asked)
    [call] = [each for each in asked if each.service == "s3"]
    assert call.params == {"Bucket": "failures"}


@pytest.mark.parametrize(
    "case",
    [
        ({"EventSourceArn": STREAM, "DestinationConfig": {"OnFailure": {"Destination": TOPIC}}},
         {"GetTopicAttributes": Answer(code="NotFound", status=404)}, {},
         f"sends failures to {TOPIC}, which does not exist"),
        ({"EventSourceArn": STREAM, "DestinationConfig": {"OnFailure": {"Destination": QUEUE}}},
         {"GetQueueUrl": NO_QUEUE}, {}, f"sends failures to {QUEUE}, which does not exist"),
        ({"EventSourceArn": KAFKA, "Topics": ["t"],
          "SourceAccessConfigurations": [{"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET}]},
         {"DescribeSecret": GONE}, {}, f"uses secret {SECRET}, which does not exist"),
        ({"EventSourceArn": KAFKA, "Topics": ["t"],
          "SourceAccessConfigurations": [{"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET}]},
         {"DescribeSecret": ok(DeletedDate=1)}, {}, "which is being deleted"),
        ({"EventSourceArn": STREAM, "DestinationConfig": {"OnFailure": {"Destination": BUCKET}}},
         {"GetBucketLocation": Answer(code="NoSuchBucket", status=404)}, {},
         f"sends failures to {BUCKET}, which does not exist; make it again first"),
        (OWN_KAFKA, {"DescribeSubnets": Answer(code="InvalidSubnetID.NotFound", status=400)}, {},
         "reaches its brokers through subnet subnet-1, which does not exist; make it again first"),
        (OWN_KAFKA, {"DescribeSecurityGroups": Answer(code="InvalidGroup.NotFound", status=400)}, {},
         "reaches its brokers with security group sg-1, which does not exist; make it again first"),
        (REGISTRY, {"DescribeSecret": GONE}, {}, f"uses secret {SECRET}, which does not exist"),
    ],
)  # fmt: skip
def test_what_a_mapping_names_and_is_gone_is_refused(case: Refusal) -> None:
    assert_refused(*case)
