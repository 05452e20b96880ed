import pytest

from snapback.model.effects import Answer, Call, Fetch, Key, Load, Outcome, Probe, Step, Write


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
    answer = heard(Answer(code=code, status=status))
    assert answer.outcome is outcome
    assert answer.done is (outcome is Outcome.DONE)


CALL = Call(
    "lambda",
    "DeleteEventSourceMapping",
    changes=True,
    busy=("ResourceInUseException",),
    gone=("ResourceNotFoundException",),
)


def told[T](step: Step[T], reply: object) -> T:
    """What a step makes of the reply to its only effect."""
    next(step)
    with pytest.raises(StopIteration) as end:
        step.send(reply)  # type: ignore[arg-type]  # also what no effect may be sent
    result: T = end.value.value
    return result


def heard(answer: Answer, call: Call = CALL) -> Answer:
    return told(iter(call), answer)


@pytest.mark.parametrize(
    ("code", "gone"),
    [
        ("ResourceNotFoundException", True),
        ("QueueDoesNotExist", False),
        ("AccessDeniedException", False),
        ("", False),
    ],
)
def test_only_the_code_that_the_call_names_means_gone(code: str, *, gone: bool) -> None:
    assert heard(Answer(code=code, status=404 if code else 200)).gone is gone


def test_what_is_busy_for_one_call_is_a_refusal_for_another() -> None:
    in_use = Answer(code="ResourceInUseException", status=400)
    assert heard(in_use).outcome is Outcome.BUSY
    assert heard(in_use, Call("dynamodb", "UpdateTable")).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("effect", "reply"),
    [
        (Call("lambda", "GetFunction"), True),
        (Write(()), Answer()),
        (Fetch(Key("a", "b")), []),
        (Load("a"), None),
        (Probe("http://a", 1), ""),
    ],
)
def test_a_reply_of_another_kind_is_an_error(effect: Call | Write, reply: object) -> None:
    with pytest.raises(TypeError, match="was sent"):
        told(iter(effect), reply)


def test_an_item_that_does_not_exist_is_none() -> None:
    assert told(iter(Fetch(Key("a", "b"))), None) is None


def test_an_error_reads_as_a_person_would_quote_it() -> None:
    assert str(Answer(code="Refused", message="no", status=400)) == "Refused: no"
    assert str(Answer()) == "done"
