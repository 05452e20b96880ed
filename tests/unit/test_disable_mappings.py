"""Disabling keeps the mapping; its state comes back, and nobody's later change is overwritten."""

from typing import Any

import pytest

from snapback.faults.mappings.disable_mappings import describe, inject, restore, snapshot, verify
from snapback.faults.mappings.mapping import key_of
from snapback.model.effects import Answer, Call
from snapback.model.records import Target
from snapback.protocol.contract import Captured, Pending, Settled, Terms, Unfit
from snapback.report.document import by_hand
from tests.fakes.answers import DENIED, GONE, answer, ok
from tests.unit.proof_account import STREAM, UUID, mapping

TERMS = Terms(captured_at=0, resume="lossless", position_margin=300, allow_managed=False)
IN_USE = Answer(code="ResourceInUseException", message="it is in use", status=400)


def captured(**changes: Any) -> Captured | Unfit:
    answers = {"GetEventSourceMapping": Answer(body=mapping(STREAM, **changes))}
    return answer(snapshot(Target("run", "k", "reserved", UUID), TERMS), answers)


def target(state: str = "Enabled", came_from: str = "injected") -> Target:
    config = mapping(STREAM, State=state)
    return Target(
        experiment_id="x",
        key=key_of(config),
        status="restoring",
        uuid=UUID,
        came_from=came_from,
        original={"config": config, "tags": {}},
        snapshot={"config": config, "tags": {}},
        request={"UUID": UUID, "Enabled": state == "Enabled"},
    )


def restored(
    now: Answer, update: Answer, was: str = "Enabled", came_from: str = "injected"
) -> tuple[Settled | Pending, list[Call]]:
    asked: list[Call] = []
    answers = {"GetEventSourceMapping": now, "UpdateEventSourceMapping": update}
    result = answer(restore(target(was, came_from)), answers, asked=asked)
    return result, [each for each in asked if each.operation.startswith("Update")]


@pytest.mark.parametrize(("state", "enabled"), [("Enabled", True), ("Disabled", False)])
def test_the_request_that_restores_names_only_the_state(state: str, enabled: bool) -> None:  # noqa: FBT001
    found = captured(State=state)
    assert isinstance(found, Captured)
    assert found.request == {"UUID": UUID, "Enabled": enabled}
    assert found.key == key_of(mapping(STREAM))


@pytest.mark.parametrize("state", ["Creating", "Enabling", "Disabling", "Updating", "Deleting"])
def test_a_mapping_in_transition_is_refused(state: str) -> None:
    found = captured(State=state)
    assert isinstance(found, Unfit)
    assert f"is {state}; wait until it is Enabled or Disabled" in found.reason


def test_settings_that_cannot_be_read_do_not_matter() -> None:
    assert isinstance(captured(KMSKeyArn="key", FilterCriteriaError={"ErrorCode": "x"}), Captured)


def test_a_managed_mapping_needs_no_permission() -> None:
    assert isinstance(captured(), Captured)


def test_the_fault_says_enabled_explicitly() -> None:
    assert inject(target()).params == {"UUID": UUID, "Enabled": False}


@pytest.mark.parametrize("came_from", ["injected", "injecting"])
@pytest.mark.parametrize("now", ["Disabled", "Enabled"])
def test_an_enabled_mapping_is_enabled_again_whatever_a_read_shows(
    now: str, came_from: str
) -> None:
    """The read may be older than the fault."""
    result, updates = restored(ok(**mapping(STREAM, State=now)), ok(), came_from=came_from)
    assert result == Settled("restored", new_uuid=UUID)
    assert [each.params for each in updates] == [{"UUID": UUID, "Enabled": True}]


def test_a_disabled_mapping_stays_disabled() -> None:
    result, updates = restored(ok(**mapping(STREAM, State="Disabled")), DENIED, was="Disabled")
    assert result == Settled("restored", new_uuid=UUID)
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
    found = answer(verify(target()), {"GetEventSourceMapping": ok(**mapping(STREAM, **changes))})
    assert not isinstance(found, Pending)
    assert sorted(found["differences"]) == differing
    assert found["equal"] is (not differing)


def test_a_mapping_that_is_gone_is_not_equal() -> None:
    found = answer(verify(target()), {"GetEventSourceMapping": GONE})
    assert not isinstance(found, Pending)
    assert found["equal"] is False


def test_a_mapping_that_is_not_settled_is_compared_later() -> None:
    enabling = ok(**mapping(STREAM, State="Enabling"))
    assert isinstance(answer(verify(target()), {"GetEventSourceMapping": enabling}), Pending)


@pytest.mark.parametrize(("state", "verb"), [("Enabled", "Disable "), ("Disabled", "Leave ")])
def test_the_plan_is_told_in_sentences(state: str, verb: str) -> None:
    sentences = answer(describe(target(state), 0), {})
    assert sentences[0].startswith(verb)
    assert all(each.endswith(".") for each in sentences)


def test_the_command_by_hand_is_an_update() -> None:
    assert by_hand(target()).startswith("aws lambda update-event-source-mapping --region eu-west-1")
