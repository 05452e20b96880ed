"""What a stack and Step Functions allow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snapback.model.experiment import Experiment
from snapback.protocol.attempt import Attempt
from snapback.run.rounds import EVENT_LIMIT, history_events, total_seconds
from snapback.validate import hours
from snapback.workload.functions import at_work


@dataclass(frozen=True, slots=True)
class Limits:
    """What this stack allows; durations in seconds."""

    longest_duration: int
    most_targets: int
    allowed_tag: str
    """The tag whose value `true` on a function permits experiments on it."""
    allowed_hours: str = ""
    """When experiments may run, such as `MON-FRI 09:00-17:00 UTC`; empty is always."""
    faults: tuple[str, ...] = ()
    """The faults that this stack may do; empty is every fault."""
    restore_role_arn: str = ""
    """The role that puts targets back where no `assume_role_arn` does; empty is not known."""


def fault_problems(experiment: Experiment, limits: Limits) -> list[str]:
    """A fault that the stack may not do, about whose targets it could not even ask."""
    if not limits.faults or experiment.fault in limits.faults:
        return []
    allowed = ", ".join(limits.faults)
    return [f"fault: {experiment.fault!r} is not one that this stack may do; choose {allowed}"]


def function_problems(function: Mapping[str, Any], limits: Limits) -> list[str]:
    """What forbids an experiment on a function, as GetFunction describes it."""
    name = function["Configuration"]["FunctionName"]
    problems = []
    if reason := at_work(function["Configuration"]):
        problems.append(f"function_name: {name!r} {reason}")
    if function.get("Tags", {}).get(limits.allowed_tag) != "true":
        problems.append(
            f"function_name: {name!r} has not opted in; tag it {limits.allowed_tag}=true"
        )
    return problems


def limit_problems(
    experiment: Experiment, targets: int, limits: Limits, attempt: Attempt
) -> list[str]:
    """What exceeds the limits of the stack or of Step Functions."""
    seconds = total_seconds(experiment, max(targets, 1))
    closed = hours.problem(limits.allowed_hours, attempt.now, seconds)
    problems = [closed] if closed else []
    if experiment.total_chaos_duration > limits.longest_duration:
        problems.append(
            f"total_chaos_duration: {experiment.total_chaos_duration} is longer than this stack "
            f"allows; give 1 to {limits.longest_duration}"
        )
        return problems
    if targets > limits.most_targets:
        problems.append(
            f"input: {targets} targets are more than this stack allows; "
            f"name at most {limits.most_targets}"
        )
    if targets and history_events(experiment, targets, attempt.timings) > EVENT_LIMIT:
        problems.append(
            f"cycles: {experiment.cycles} {experiment.sequence} cycles of {targets} targets "
            "exceed the history of one execution; use fewer cycles or the parallel sequence"
        )
    if seconds > attempt.timings.experiment_seconds:
        problems.append(
            f"cycles: the waits of {experiment.cycles} cycles add up to more than the "
            f"{attempt.timings.experiment_seconds} seconds an execution may take; use fewer or shorter ones"
        )
    return problems
