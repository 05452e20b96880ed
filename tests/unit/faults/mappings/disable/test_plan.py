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
