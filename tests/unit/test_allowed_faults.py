"""A fault that the stack may not do is refused before anything is asked of AWS about its targets."""

from typing import Any

import pytest

from settings import Settings
from snapback.model.effects import Answer, Call, Effect, Reply
from snapback.model.errors import InvalidExperiment
from snapback.model.experiment import Experiment
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.validate.limits import Limits, fault_problems
from snapback.validate.validation import validate

DISABLING = ("disable-mappings",)
REFUSED = "fault: this stack may not do 'delete-mappings'; choose disable-mappings"


def limits(*faults: str) -> Limits:
    return Limits(
        longest_duration=3600, most_targets=1000, allowed_tag="snapback:allowed", faults=faults
    )


@pytest.mark.parametrize(
    ("fault", "allowed", "problems"),
    [
        ("delete-mappings", (), []),
        ("delete-mappings", ("delete-mappings", "disable-mappings"), []),
        ("disable-mappings", DISABLING, []),
        ("delete-mappings", DISABLING, [REFUSED]),
    ],
)
def test_a_fault_is_refused_unless_the_stack_may_do_it(
    fault: str, allowed: tuple[str, ...], problems: list[str]
) -> None:
    asked = Experiment(function_name="orders", fault=fault)
    assert fault_problems(asked, limits(*allowed)) == problems


@pytest.mark.parametrize("given", [{}, {"fault": "delete-mappings"}])
def test_validation_asks_nothing_about_targets_of_a_refused_fault(given: dict[str, str]) -> None:
    raw = {"function_name": "orders", "event_uuids": "all", "total_chaos_duration": 9999, **given}
    sent: list[str] = []

    def perform(effect: Effect) -> Reply:
        assert isinstance(effect, Call)
        sent.append(effect.operation)
        return Answer({"Parameter": {"Value": "off"}})

    attempt = Attempt("me", 1000, Timings(), lambda: 0)
    with pytest.raises(InvalidExperiment) as refused:
        answer(validate(raw, limits(*DISABLING), "/switch", attempt), perform)
    first, second = str(refused.value).splitlines()
    assert first == REFUSED
    assert second.startswith("total_chaos_duration: 9999 is longer than this stack allows")
    assert sent == ["GetParameter"]


def answer(step: Any, perform: Any) -> Any:
    """Run a step, each effect of which is answered at once."""
    reply = None
    while True:
        reply = perform(step.send(reply))


@pytest.mark.parametrize(
    ("variable", "faults"),
    [
        (None, ()),
        ("", ()),
        ("disable-mappings", DISABLING),
        ("delete-mappings,disable-mappings", ("delete-mappings", "disable-mappings")),
    ],
)
def test_the_stack_tells_its_functions_which_faults_it_may_do(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, faults: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TABLE_NAME", "table")
    monkeypatch.setenv("KILL_SWITCH_PARAMETER", "/switch")
    if variable is not None:
        monkeypatch.setenv("FAULTS", variable)
    assert Settings.from_environment().faults == faults
