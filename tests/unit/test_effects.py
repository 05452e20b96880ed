import pytest

from snapback.model.effects import Answer, Outcome


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        ("", 200, Outcome.DONE),
        ("", 202, Outcome.DONE),
        ("TooManyRequestsException", 429, Outcome.BUSY),
        ("ThrottlingException", 400, Outcome.BUSY),
        ("Throttling", 400, Outcome.BUSY),
        ("RequestLimitExceeded", 503, Outcome.BUSY),
        ("ResourceInUseException", 400, Outcome.BUSY),
        ("ResourceNotFoundException", 404, Outcome.REFUSED),
        ("ResourceConflictException", 409, Outcome.REFUSED),
        ("AccessDeniedException", 403, Outcome.REFUSED),
        ("InvalidParameterValueException", 400, Outcome.REFUSED),
        ("ServiceException", 500, Outcome.UNKNOWN),
        ("502", 502, Outcome.UNKNOWN),
        ("ReadTimeoutError", 0, Outcome.UNKNOWN),
        ("ConnectionClosedError", 0, Outcome.UNKNOWN),
        ("Unknown", 302, Outcome.UNKNOWN),
    ],
)
def test_what_is_known_after_a_single_attempt(code: str, status: int, outcome: Outcome) -> None:
    answer = Answer(code=code, status=status)
    assert answer.outcome is outcome
    assert answer.done is (outcome is Outcome.DONE)


@pytest.mark.parametrize(
    ("code", "gone"),
    [
        ("ResourceNotFoundException", True),
        ("AWS.SimpleQueueService.NonExistentQueue", True),
        ("AccessDeniedException", False),
        ("", False),
    ],
)
def test_only_an_explicit_not_found_means_gone(code: str, *, gone: bool) -> None:
    assert Answer(code=code, status=404 if code else 200).gone is gone


def test_an_error_reads_as_a_person_would_quote_it() -> None:
    assert str(Answer(code="Refused", message="no", status=400)) == "Refused: no"
    assert str(Answer()) == "done"
