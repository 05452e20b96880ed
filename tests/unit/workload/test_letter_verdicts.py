from typing import Any

import pytest

from snapback.model.expectations import DeadLettersAtMost, DestinationReceived
from snapback.workload.letter_verdicts import dead_letters_at_most, destination_received
from tests.fakes.evidence import DEAD, FAILED, GREW, evidence, sample


@pytest.mark.parametrize(
    ("counts", "expected", "result"),
    [
        ((3, 3), {}, "held"),
        ((3, 5), {}, "deviated"),
        ((3, 5), {"count": 2}, "held"),
        ((3, 2), {"queue": DEAD}, "held"),
        ((3, 5), {"queue": FAILED}, "unknown"),
        ((), {}, "unknown"),
    ],
)
def test_dead_letters_at_most(counts: Any, expected: Any, result: str) -> None:
    samples = [
        sample(500 + 100 * i, 9 * i, dead_letters={DEAD: {"visible": each}})
        for i, each in enumerate(counts)
    ]
    found = dead_letters_at_most(DeadLettersAtMost(**expected), evidence(*samples))
    assert found.verdict == result


LETTERS = {"records": {"RecordAgeExceeded": 2}, "complete": True}
UNREAD = {"problem": "it cannot be read"}


@pytest.mark.parametrize(
    ("letters", "expected", "result"),
    [
        (LETTERS, {}, "held"),
        (LETTERS, {"at_least": 3}, "deviated"),
        ({**LETTERS, "complete": False}, {"at_least": 3}, "unknown"),
        (LETTERS, {"condition": "RecordAgeExceeded", "queue": FAILED}, "held"),
        (LETTERS, {"condition": "RetryAttemptsExhausted"}, "deviated"),
        (LETTERS, {"queue": DEAD}, "unknown"),
        (UNREAD, {}, "unknown"),
    ],
)
def test_a_destination_received(letters: Any, expected: Any, result: str) -> None:
    found = evidence(*GREW, letters={FAILED: letters})
    assert destination_received(DestinationReceived(**expected), found).verdict == result


def test_a_destination_that_was_not_read_leaves_it_open() -> None:
    asked = DestinationReceived(at_least=3)
    held = [sample(590 + n, 9 * n, destinations={FAILED: {"visible": 4 * n}}) for n in range(2)]
    found = evidence(*held, letters={FAILED: UNREAD})
    judged = destination_received(asked, found)
    assert judged.verdict == "unknown"
    assert judged.reason == "it cannot be read; it holds 4 messages more"
    partly = evidence(*GREW, letters={FAILED: UNREAD, DEAD: LETTERS})
    assert destination_received(asked, partly).verdict == "unknown"
    assert "name a queue" in destination_received(asked, evidence(*GREW)).reason
