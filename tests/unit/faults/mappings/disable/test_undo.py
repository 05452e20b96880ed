"""A state comes back, and nobody's later change is overwritten."""

from typing import Any

import pytest

from snapback.faults.mappings.disable.undo import by_hand, look, restore, verify
from snapback.model.effects import Answer, Call, Document
from snapback.protocol.contract import Pending, Settled, View
from tests.fakes.answers import DENIED, GONE, answer, ok
from tests.unit.faults.mappings.disable.account import target
from tests.unit.proof_account import STREAM, UUID, mapping

IN_USE = Answer(code="ResourceInUseException", message="it is in use", status=400)


def verified(now: Answer) -> Document | Pending:
    view = answer(look([target()]), {})
    return answer(verify(target(), view), {"GetEventSourceMapping": now})


def restored(
    now: Answer, update: Answer, was: str = "Enabled", came_from: str = "injected"
) -> tuple[Settled | Pending, list[Call]]:
    asked: list[Call] = []
    answers = {"GetEventSourceMapping": now, "UpdateEventSourceMapping": update}
    result = answer(restore(target(was, came_from), View()), answers, asked=asked)
    return result, [each for each in asked if each.operation.startswith("Update")]


@pytest.mark.parametrize("came_from", ["injected", "injecting"])
@pytest.mark.parametrize("now", ["Disabled", "Enabled"])
def test_an_enabled_mapping_is_enabled_again_whatever_a_read_shows(
    now: str, came_from: str
) -> None:
    """The read may be older than the fault."""
    result, updates = restored(ok(**mapping(STREAM, State=now)), ok(), came_from=came_from)
    assert result == Settled("restored", name=UUID)
    assert [each.params for each in updates] == [{"UUID": UUID, "Enabled": True}]


def test_a_disabled_mapping_stays_disabled() -> None:
    result, updates = restored(ok(**mapping(STREAM, State="Disabled")), DENIED, was="Disabled")
    assert result == Settled("restored", name=UUID)
    assert updates == []


def test_a_disabled_mapping_that_someone_enabled_is_left_and_reported() -> None:
    result, updates = restored(ok(**mapping(STREAM)), DENIED, was="Disabled")
    assert isinstance(result, Settled)
    assert (result.status, updates) == ("conflict", [])
    assert "someone enabled it meanwhile; it stays so" in result.reason


@pytest.mark.parametrize(("now", "update"), [(GONE, DENIED), (ok(**mapping(STREAM)), GONE)])
def test_a_mapping_that_someone_deleted_is_not_made_again(now: Answer, update: Answer) -> None:
    result, _ = restored(now, update)
    assert isinstance(result, Settled)
    assert result.status == "conflict"
    assert "someone deleted mapping" in result.reason


@pytest.mark.parametrize("state", ["Creating", "Enabling", "Disabling", "Updating", "Deleting"])
def test_a_transition_is_waited_out(state: str) -> None:
    result, updates = restored(ok(**mapping(STREAM, State=state)), ok())
    assert isinstance(result, Pending)
    assert state in result.reason
    assert updates == []


@pytest.mark.parametrize(
    "update", [IN_USE, Answer(code="ReadTimeoutError", status=0), DENIED], ids=lambda u: u.code
)
def test_an_update_that_is_not_acknowledged_is_made_again(update: Answer) -> None:
    result, _ = restored(ok(**mapping(STREAM, State="Disabled")), update)
    assert isinstance(result, Pending)
    assert update.code in result.reason


@pytest.mark.parametrize(("code", "status"), [("X", 500), ("ReadTimeoutError", 0), ("X", 400)])
def test_only_an_update_without_an_answer_may_still_land(code: str, status: int) -> None:
    result, _ = restored(ok(**mapping(STREAM)), Answer(code=code, status=status))
    assert isinstance(result, Pending)
    assert result.unheard is (status != 400)


@pytest.mark.parametrize(
    ("changes", "differing"),
    [
        ({}, []),
        ({"LastModified": 5, "LastProcessingResult": "OK"}, []),
        ({"BatchSize": 7}, ["BatchSize"]),
        ({"State": "Disabled"}, ["State"]),
        ({"StartingPosition": "TRIM_HORIZON"}, ["StartingPosition"]),
    ],
)
def test_every_setting_is_compared(changes: dict[str, Any], differing: list[str]) -> None:
    found = verified(ok(**mapping(STREAM, **changes)))
    assert not isinstance(found, Pending)
    assert sorted(found["differences"]) == differing
    assert found["equal"] is (not differing)


def test_a_mapping_that_is_gone_is_not_equal() -> None:
    found = verified(GONE)
    assert not isinstance(found, Pending)
    assert found["equal"] is False


def test_a_mapping_that_is_not_settled_is_compared_later() -> None:
    assert isinstance(verified(ok(**mapping(STREAM, State="Enabling"))), Pending)


def test_the_command_by_hand_is_an_update() -> None:
    assert by_hand(target()).startswith("aws lambda update-event-source-mapping --region eu-west-1")
