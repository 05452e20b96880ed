"""The Regions that an experiment may name, as the SDK knows them."""

from collections.abc import Iterator

import pytest

from aws import regions
from infra import FUNCTIONS


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    """What is read once in a function is read anew in each test."""
    regions.known.cache_clear()
    yield
    regions.known.cache_clear()


@pytest.mark.parametrize(
    ("home", "among", "not_among"),
    [
        ("eu-west-1", {"eu-west-1", "us-east-1", "sa-east-1"}, {"cn-north-1", "us-gov-west-1"}),
        ("cn-north-1", {"cn-north-1", "cn-northwest-1"}, {"eu-west-1"}),
        ("us-gov-west-1", {"us-gov-west-1", "us-gov-east-1"}, {"us-west-1"}),
        ("eusc-de-east-1", {"eusc-de-east-1"}, {"eu-west-1"}),
    ],
)
def test_those_of_the_own_partition_are_known(
    home: str, among: set[str], not_among: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", home)
    assert among <= regions.known()
    assert not not_among & regions.known()


def test_the_own_region_is_known_even_if_the_sdk_does_not_know_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "mars-north-1")
    assert {"mars-north-1", "eu-west-1", "cn-north-1"} <= regions.known()


def test_the_home_of_services_without_regions_is_none() -> None:
    assert not [name for name in regions.known() if "global" in name]


def test_only_validation_reads_them() -> None:
    users = {
        path.relative_to(FUNCTIONS).as_posix()
        for path in FUNCTIONS.rglob("*.py")
        if "regions.known" in path.read_text()
    }
    assert users == {"validate_experiment.py"}
