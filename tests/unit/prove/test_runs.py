"""What is told of an execution that failed."""

from __future__ import annotations

import json

from prove.gather.runs import error_of, said
from tests.unit.prove.worlds import NUMBER, world

CAUSE = json.dumps({
    "errorType": "TargetsDiffer", "errorMessage": f"account {NUMBER}\ndiffers",
    "stackTrace": ["  File handler.py, line 1"],
})  # fmt: skip


def test_a_handlers_message_is_told_without_its_stack_trace() -> None:
    found = error_of(world(), {"error": "TargetsDiffer", "cause": CAUSE})
    assert found.startswith("TargetsDiffer: account ")
    assert found.endswith(" differs")
    assert NUMBER not in found


def test_a_cause_in_words_is_told_as_it_is() -> None:
    assert said({"cause": "the window is closed"}) == "the window is closed"
    assert said({"cause": '"quoted"'}) == '"quoted"'
    assert said({}) == ""


def test_an_execution_without_an_error_has_nothing_to_tell() -> None:
    assert error_of(world(), {"status": "ABORTED"}) == ""
