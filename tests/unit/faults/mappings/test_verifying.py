"""A mapping is compared once it is settled or gone, and not before."""

from typing import Any

import pytest

from snapback.faults.mappings.verifying import read
from snapback.model.effects import Answer
from snapback.model.records import Snapshot, Target
from snapback.protocol.contract import Pending, View
from tests.fakes.answers import GONE, answer, refused
from tests.unit.samples import CONFIGS, UUID

BUSY = refused("TooManyRequestsException", 429)
TARGET = Target.of(
    {"experiment_id": "run", "key": "k", "name": UUID, "status": "restored"}, Snapshot()
)


def found(told: Any) -> Answer | Pending:
    return answer(read(TARGET, View()), {"GetEventSourceMapping": told})


@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_a_settled_mapping_is_compared(state: str) -> None:
    got = found(CONFIGS["sqs"] | {"State": state})
    assert isinstance(got, Answer)
    assert got.body["State"] == state


def test_a_mapping_that_is_gone_is_compared_as_such() -> None:
    got = found(GONE)
    assert isinstance(got, Answer)
    assert got.gone


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (CONFIGS["sqs"] | {"State": "Creating"}, "Creating"),
        (BUSY, "TooManyRequestsException: no"),
    ],
)
def test_any_other_is_waited_for_and_the_reason_says_how_it_is(told: Any, said: str) -> None:
    got = found(told)
    assert isinstance(got, Pending)
    assert got.reason == f"mapping {UUID} is not settled ({said})"
