"""Disabling keeps the mapping: of it only its state is captured, to be put back."""

from typing import Any

import pytest

from snapback.faults.mappings.disable.act import inject, look, snapshot
from snapback.faults.mappings.mapping import key_of
from snapback.model.effects import Answer
from snapback.model.experiment import Experiment
from snapback.model.timings import Timings
from snapback.protocol.contract import Breaking, Captured, Pending, Terms, Unfit, View
from tests.fakes.answers import GONE, Canned, answer, refused
from tests.unit.faults.mappings.targets import unread
from tests.unit.proof_account import STREAM, UUID, mapping

TERMS = Terms(Experiment(function_name="orders", own={"event_uuids": "all"}), Timings(), 0)


def read(got: Canned) -> Captured | Unfit | Pending:
    target = unread(mapping(STREAM))
    view = answer(look([target]), {})
    return answer(snapshot(target, TERMS, view), {"GetEventSourceMapping": got})


def captured(**changes: Any) -> Captured | Unfit | Pending:
    return read(Answer(body=mapping(STREAM, **changes)))


@pytest.mark.parametrize(("state", "enabled"), [("Enabled", True), ("Disabled", False)])
def test_the_request_that_restores_names_only_the_state(state: str, enabled: bool) -> None:  # noqa: FBT001
    found = captured(State=state)
    assert isinstance(found, Captured)
    assert found.undo == {"UUID": UUID, "Enabled": enabled}
    assert found.key == key_of(mapping(STREAM))


@pytest.mark.parametrize("state", ["Creating", "Enabling", "Disabling", "Updating", "Deleting"])
def test_a_mapping_in_transition_is_captured_later(state: str) -> None:
    found = captured(State=state)
    assert isinstance(found, Pending)
    assert found.reason == (
        f"event_uuids: event source mapping {UUID} is {state}; wait until it is Enabled or Disabled"
    )


@pytest.mark.parametrize("got", [GONE, refused()])
def test_a_mapping_that_cannot_be_read_is_refused(got: Answer) -> None:
    found = read(got)
    assert isinstance(found, Unfit)
    assert found.reason == f"event_uuids: event source mapping {UUID} cannot be read ({got})"


def test_settings_that_cannot_be_read_do_not_matter() -> None:
    assert isinstance(captured(KMSKeyArn="key", FilterCriteriaError={"ErrorCode": "x"}), Captured)


def test_a_managed_mapping_needs_no_permission() -> None:
    assert isinstance(captured(), Captured)


def test_the_fault_says_enabled_explicitly() -> None:
    breaking = answer(inject(unread(mapping(STREAM)), 0, View()), {})
    assert isinstance(breaking, Breaking)
    assert breaking.call.operation == "UpdateEventSourceMapping"
    assert breaking.call.params == {"UUID": UUID, "Enabled": False}
    assert breaking.call.changes
