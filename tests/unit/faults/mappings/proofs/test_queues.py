"""A queue has to hide messages long enough for its function, and keep them until it is read again."""

import pytest

from tests.unit.proof_account import (
    NO_QUEUE,
    QUEUE,
    Refusal,
    account,
    assert_refused,
    assert_warned_when_denied,
    queue,
    validated,
)


@pytest.mark.parametrize(
    "case",
    [
        ({}, {"GetQueueAttributes": queue(VisibilityTimeout="5")}, {},
         "visibility time-out of 5 seconds is shorter than the function's 10"),
        ({}, {"GetQueueAttributes": queue(MessageRetentionPeriod="60")}, {},
         "keeps messages for 60 seconds, less than the 331 that nothing may read it"),
        ({}, {"GetQueueUrl": NO_QUEUE}, {}, f"reads {QUEUE}, which does not exist"),
    ],
)  # fmt: skip
def test_a_queue_that_would_lose_messages_or_its_mapping_is_refused(case: Refusal) -> None:
    assert_refused(*case)


def test_a_queue_that_may_not_be_read_is_a_warning() -> None:
    assert_warned_when_denied(
        QUEUE, "GetQueueUrl", f"Queue {QUEUE} could not be checked (AccessDeniedException)."
    )


def test_a_queue_that_gives_up_after_one_receive_is_warned_of() -> None:
    policy = '{"deadLetterTargetArn": "arn", "maxReceiveCount": 1}'
    [warning] = validated(account(GetQueueAttributes=queue(RedrivePolicy=policy)))["warnings"]
    assert "maxReceiveCount is 1" in warning
