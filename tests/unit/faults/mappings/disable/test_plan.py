"""The plan of disabling a mapping says what is done and what stays."""

import pytest

from snapback.faults.mappings.disable.plan import describe
from tests.fakes.answers import answer
from tests.unit.faults.mappings.disable.account import target


@pytest.mark.parametrize(("state", "verb"), [("Enabled", "Disable "), ("Disabled", "Leave ")])
def test_the_plan_is_told_in_sentences(state: str, verb: str) -> None:
    sentences = answer(describe(target(state), 0), {})
    assert sentences[0].startswith(verb)
    assert all(each.endswith(".") for each in sentences)


@pytest.mark.parametrize(
    ("limit", "promise"),
    [(-1, "loses nothing"), (60, "gives up what is older than 60 seconds")],
)
def test_the_plan_promises_no_more_than_holds(limit: int, promise: str) -> None:
    enabled = target("Enabled")
    config = enabled.snapshot.document["config"] | {"MaximumRecordAgeInSeconds": limit}
    limited = enabled.captured({**enabled.snapshot.document, "config": config}, enabled.undo)
    assert f"Enable it again: it goes on where it stopped, and {promise}." in answer(
        describe(limited, 0), {}
    )
