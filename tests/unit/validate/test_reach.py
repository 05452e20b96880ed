"""Where an experiment may run: role and Region."""

from dataclasses import replace
from typing import Any

import pytest

from snapback.model.effects import Answer, Call
from snapback.model.errors import InvalidExperiment
from tests.unit.proof_account import LIMITS, account, refused, validated

ROLE = "arn:aws:iam::210987654321:role/SnapbackTarget"
REGIONS = ("af-south-1", "ca-west-1", "eu-north-1", "eu-west-1", "us-east-1", "us-west-2")
KNOWN = replace(LIMITS, regions=frozenset(REGIONS))


@pytest.mark.parametrize(
    ("request_", "code", "sentence"),
    [
        ({"assume_role_arn": ROLE}, "AssumeRole.AccessDenied",
         f"assume_role_arn: {ROLE} cannot be assumed (AssumeRole.AccessDenied: why)"),
        ({"assume_role_arn": ROLE}, "ExpiredTokenException", f"the session of {ROLE} has expired"),
        ({"region": "af-south-1"}, "UnrecognizedClientException",
         "region: af-south-1 does not accept this account"),
        ({"region": "xx-nowhere-1"}, "EndpointConnectionError",
         "region: xx-nowhere-1 cannot be reached"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_reached_is_named(
    request_: dict[str, Any], code: str, sentence: str
) -> None:
    answer = Answer(code=code, message="why", status=403)
    [problem] = refused(account(GetFunction=answer), **request_)
    assert sentence in problem


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"assume_role_arn": "SnapbackTarget"}, "assume_role_arn: 'SnapbackTarget' is not the ARN"),
        ({"assume_role_arn": "arn:aws:iam::1:role/x"}, "assume_role_arn: 'arn:aws:iam::1:role/x'"),
        ({"region": "Ireland"}, "region: 'Ireland' is not a Region; give one such as eu-west-1"),
    ],
)
def test_a_place_that_cannot_be_right_is_refused_without_a_call(
    request_: dict[str, Any], sentence: str
) -> None:
    [problem] = refused({"GetParameter": account()["GetParameter"]}, **request_)
    assert problem.startswith(sentence)


@pytest.mark.parametrize(
    "region", ["eu-west-1", "us-gov-west-1", "ap-southeast-7", "eusc-de-east-1"]
)
def test_every_region_may_be_named_where_none_are_known(region: str) -> None:
    assert validated(account(), region=region)["experiment"]["region"] == region


@pytest.mark.parametrize("region", REGIONS)
def test_every_known_region_may_be_named(region: str) -> None:
    assert validated(account(), KNOWN, region=region)["experiment"]["region"] == region


@pytest.mark.parametrize(
    ("region", "hint"),
    [
        ("eu-weast-1", "did you mean eu-west-1? If"),
        ("us-esat-1", "did you mean us-east-1? If"),
        ("cn-north-1", "did you mean eu-north-1? If"),
        ("zz-zz-9", "correct it. If"),
    ],
)
def test_an_unknown_region_is_refused_with_the_nearest_without_a_call(
    region: str, hint: str
) -> None:
    asked: list[Call] = []
    with pytest.raises(InvalidExperiment) as refusal:
        validated(account(), KNOWN, asked, region=region)
    said = f"region: {region!r} is not a known Region of the stack's partition; {hint} it is newer"
    assert str(refusal.value).startswith(said)
    assert {each.operation for each in asked} == {"GetParameter"}


def test_a_region_that_the_stack_adds_may_be_named() -> None:
    limits = replace(KNOWN, regions=KNOWN.regions | {"mars-north-1"})
    assert validated(account(), limits, region="mars-north-1")["experiment"]["region"]
