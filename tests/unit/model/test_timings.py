from dataclasses import astuple, fields

import pytest

from aws import clients
from snapback.model.timings import Timings

HANDLERS = sorted(
    field.name.removesuffix("_task_seconds")
    for field in fields(Timings)
    if field.name.endswith("_task_seconds")
)


def test_no_duration_changes_by_accident() -> None:
    """In the order of their fields: those of the handlers, of the executions, and the rest."""
    assert astuple(Timings()) == (
        *(600, 660, 600, 660, 60, 75, 120, 135, 30, 45, 240, 300, 30, 45, 240, 270),
        *(60, 75, 60, 75, 60, 75, 50, 600, 30),
        *(90_000, 7_200, 600),
        *(60, 120, 10, 100, 300, 600, 300, 300, 25, 30, 90, 300, 3, 10, 2, 2, 13, 600, 10, 5),
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


def _retry_seconds(timings: Timings, each: int) -> float:
    """How long the restore task's retry schedule is where every attempt takes so long."""
    pauses = [timings.restore_retry_seconds * 1.5**n for n in range(timings.restore_attempts)]
    return each * (timings.restore_attempts + 1) + sum(min(60, pause) for pause in pauses)


def test_a_restore_that_fails_is_retried_for_about_an_hour() -> None:
    timings = Timings()
    seconds = _retry_seconds(timings, timings.restore_targets_function_seconds)
    assert 50 * 60 < seconds < 75 * 60


def test_a_restore_from_outside_has_the_time_for_all_its_attempts() -> None:
    timings = Timings()
    seconds = _retry_seconds(timings, timings.restore_targets_task_seconds)
    others = timings.verify_targets_task_seconds + timings.report_task_seconds
    assert seconds + 4 * others < timings.restore_seconds


def test_an_undisturbed_restore_never_counts_as_unrestored() -> None:
    timings = Timings()
    assert timings.late_seconds >= 2 * timings.restore_targets_task_seconds


def test_a_look_at_stop_alarms_ends_before_the_sweeper_does() -> None:
    """Whoever assumes a role first sends two requests, each tried once."""
    hurry = clients._IN_A_HURRY
    assert hurry.retries == {"mode": "standard", "total_max_attempts": 1}
    once = hurry.connect_timeout + hurry.read_timeout
    assert 2 * once <= Timings().alarm_look_seconds < Timings().sweep_function_seconds / 2


def test_a_sweep_ends_before_the_next_one() -> None:
    assert Timings().sweep_function_seconds < 60
