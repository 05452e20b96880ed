"""Every time-out, interval and margin in one table, so that tests can pass short ones.

A `<handler>_function_seconds` is the Lambda time-out; `<handler>_task_seconds` is the Step
Functions task time-out, always the longer of the two: Lambda ends the code before the workflow
stops listening to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

type Clock = Callable[[], float]
"""Answers the epoch time in seconds; handlers pass the real one, tests pass their own."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds, except where a name says otherwise."""

    validate_experiment_function_seconds: int = 600
    validate_experiment_task_seconds: int = 660
    snapshot_targets_function_seconds: int = 600
    snapshot_targets_task_seconds: int = 660
    release_targets_function_seconds: int = 60
    release_targets_task_seconds: int = 75
    inject_fault_function_seconds: int = 120
    inject_fault_task_seconds: int = 135
    observe_function_seconds: int = 30
    observe_task_seconds: int = 45
    restore_targets_function_seconds: int = 240
    restore_targets_task_seconds: int = 300
    watch_recovery_function_seconds: int = 30
    watch_recovery_task_seconds: int = 45
    verify_targets_function_seconds: int = 240
    verify_targets_task_seconds: int = 270
    report_function_seconds: int = 60
    report_task_seconds: int = 75
    fence_experiment_function_seconds: int = 60
    fence_experiment_task_seconds: int = 75
    abandon_target_function_seconds: int = 60
    abandon_target_task_seconds: int = 75
    sweep_function_seconds: int = 50
    guard_function_seconds: int = 600
    notify_function_seconds: int = 30

    experiment_seconds: int = 90_000
    restore_seconds: int = 7_200
    abandon_seconds: int = 600

    quiet_margin_seconds: int = 60
    """How long after the end of its invocation an announced call can still land."""
    deadline_margin_seconds: int = 120
    """How much later than planned a step may be before the sweeper restores."""
    observe_seconds: int = 10
    """The shortest pause between two observations."""
    observations: int = 100
    """How many observations a window makes at most; the pause grows with its duration."""
    recovery_seconds: int = 300
    """How long Watch recovery waits for the backlog before it gives up."""
    rest_seconds: int = 600
    """How long Watch recovery waits for targets that are still in transition."""
    start_lag_seconds: int = 300
    """How long a recreated or enabled mapping may take to read its first record."""
    position_margin_seconds: int = 300
    """How much earlier than the last processed record a recreated stream mapping starts."""
    send_margin_seconds: int = 25
    """How long before the injector's end its last call is sent; longer than a call may take."""
    fresh_seconds: int = 30
    """How old a snapshot may be when its target is broken; half a second more for each target."""
    settle_seconds: int = 90
    """How long a later round waits for a mapping that the one before it has just put back: nearly
    all the time that an injection has."""
    force_seconds: int = 300
    """How long a change that AWS took may be pending before the window is given up."""
    spare_seconds: int = 3
    """How much of its time an invocation keeps for its answer."""
    recent_seconds: int = 10
    """How old a look at the targets may be when one of them is put back by it."""
    poll_seconds: int = 2
    """The pause between two looks at a mapping that is being deleted or created."""
    restore_retry_seconds: int = 2
    """The first pause of the restore task's retry schedule; it grows to a minute."""
    restore_attempts: int = 13
    """How often the workflow retries a restore task before it leaves it to the sweeper: about an
    hour where each attempt takes all its time."""
    late_seconds: int = 600
    """How long a target may be on its way back before it counts as unrestored: two whole attempts,
    so that a single mapping that is slow to change does not ring the alarm."""
    alarm_look_seconds: int = 10
    """How long the sweeper's look at the stop alarms of one experiment may take: a request for the
    role and one for the alarms, each sent once (see `aws.clients`)."""
    guard_settle_seconds: int = 5
    """How long until the index of open experiments shows one that began just before the refusal."""

    @classmethod
    def of(cls, overrides: Mapping[str, int]) -> "Timings":
        """The defaults with some replaced; raises ValueError on a name that does not exist."""
        unknown = set(overrides) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"unknown timings: {', '.join(sorted(unknown))}")
        return cls(**overrides)
