"""The function's own role has to be able to read the source still."""

import pytest

from tests.unit.proof_account import (
    QUEUE,
    ROLE,
    Refusal,
    assert_refused,
    assert_warned_when_denied,
    simulated,
    without,
)


@pytest.mark.parametrize(
    "case",
    [
        ({}, {"SimulatePrincipalPolicy": simulated("implicitDeny", "sqs:ReceiveMessage")}, {},
         f"role {ROLE} may not sqs:ReceiveMessage on {QUEUE}"),
        ({}, {"SimulatePrincipalPolicy": without(ROLE)}, {},
         f"needs role {ROLE}, which does not exist"),
    ],
)  # fmt: skip
def test_a_role_that_may_not_read_the_source_is_refused(case: Refusal) -> None:
    assert_refused(*case)


def test_a_role_that_may_not_be_simulated_is_a_warning() -> None:
    sentence = f"Whether role {ROLE} may read {QUEUE} could not be"
    assert_warned_when_denied(QUEUE, "SimulatePrincipalPolicy", sentence)
