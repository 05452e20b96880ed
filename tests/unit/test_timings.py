from dataclasses import fields

import pytest

from snapback.timings import Timings

HANDLERS = sorted(
    field.name.removesuffix("_task_seconds")
    for field in fields(Timings)
    if field.name.endswith("_task_seconds")
)


def test_overrides_replace_defaults_and_nothing_else() -> None:
    changed = Timings.of({"poll_seconds": 7})
    assert changed.poll_seconds == 7
    assert changed.observe_seconds == Timings().observe_seconds
    assert Timings.of({}) == Timings()


def test_an_unknown_timing_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="unknown timings: pol_seconds, zzz"):
        Timings.of({"zzz": 1, "pol_seconds": 7})


@pytest.mark.parametrize("handler", HANDLERS)
def test_lambda_ends_the_code_before_the_workflow_stops_listening(handler: str) -> None:
    timings = Timings()
    function = getattr(timings, f"{handler}_function_seconds")
    assert function < getattr(timings, f"{handler}_task_seconds")


def test_a_call_ends_before_its_injector_does() -> None:
    """A connection may take 5 seconds and an answer 15; then the result is still recorded."""
    assert Timings().send_margin_seconds > 5 + 15


def test_a_restore_outlasts_the_time_in_which_an_announced_call_may_land() -> None:
    timings = Timings()
    quiet = timings.inject_fault_function_seconds + timings.quiet_margin_seconds
    assert timings.restore_targets_function_seconds > quiet


def test_a_sweep_ends_before_the_next_one() -> None:
    assert Timings().sweep_function_seconds < 60
