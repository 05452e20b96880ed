"""The limits that a stack sets and that Step Functions has."""

from bisect import bisect_right
from dataclasses import dataclass

from snapback.model.effects import Answer, Document
from snapback.model.experiment import Experiment
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from snapback.run.crowd import Caps
from snapback.run.rounds import (
    EVENT_LIMIT,
    broken_seconds,
    history_events,
    total_seconds,
    whole_seconds,
)
from snapback.validate import hours
from snapback.workload.functions import at_work, opted_in


@dataclass(frozen=True, slots=True)
class Limits:
    """What this stack allows; durations in seconds."""

    longest_duration: int
    """For how long an experiment may keep something broken, all its cycles and rounds together."""
    most_targets: int
    allowed_tag: str
    """The tag with which a function opts in: its value must be `true`."""
    shortest_interval: int = 0
    """For how long each target must be whole between two cycles."""
    requests_per_second: int = 10
    """How many requests a second an experiment may send to Lambda's control plane."""
    caps: Caps | None = None
    """What all open experiments may have together; None means any number."""
    allowed_hours: str = ""
    """When experiments may run, such as `MON-FRI 09:00-17:00 UTC`; empty means at any time."""
    faults: tuple[str, ...] = ()
    """The faults that this stack may do; empty means every fault."""
    restore_role_arn: str = ""
    """The role that puts targets back unless `assume_role_arn` names one; empty means unknown."""
    table_key_arn: str = ""
    """The customer's key with which the table is encrypted; empty is a key that AWS manages."""
    regions: frozenset[str] = frozenset()
    """The Regions that an experiment may name; empty means any."""


def fault_problems(experiment: Experiment, limits: Limits) -> list[str]:
    """Why the stack may not do a fault: its roles could not even read the targets."""
    if not limits.faults or experiment.fault in limits.faults:
        return []
    allowed = ", ".join(limits.faults)
    return [f"fault: this stack may not do {experiment.fault!r}; choose {allowed}"]


def function_problems(configuration: Document, tags: Answer, limits: Limits) -> list[str]:
    """Why no experiment may run on a function, by what Lambda answered of its tags."""
    name = configuration["FunctionName"]
    problems = []
    if reason := at_work(configuration):
        problems.append(f"function_name: {name!r} {reason}")
    if not tags.done:
        problems.append(
            f"function_name: the tags of {name!r} cannot be read ({tags}); grant lambda:ListTags"
        )
    elif not opted_in(tags.body, limits.allowed_tag):
        problems.append(
            f"function_name: {name!r} has not opted in; tag it {limits.allowed_tag}=true"
        )
    return problems


def limit_problems(
    experiment: Experiment, targets: int, limits: Limits, attempt: Attempt
) -> list[str]:
    """Which limits of the stack or of Step Functions an experiment exceeds."""
    seconds = total_seconds(experiment, max(targets, 1))
    closed = hours.problem(limits.allowed_hours, attempt.now, seconds)
    problems = [closed] if closed else []
    if experiment.total_chaos_duration > limits.longest_duration:
        problems.append(
            f"total_chaos_duration: {experiment.total_chaos_duration} is longer than this stack "
            f"allows; give 1 to {limits.longest_duration}"
        )
        return problems
    problems += _repeated(experiment, max(targets, 1), limits)
    if targets > limits.most_targets:
        problems.append(
            f"input: {targets} targets are more than this stack allows; "
            f"choose at most {limits.most_targets}"
        )
    cycles = _cycles(experiment)
    if targets and history_events(experiment, targets, attempt.timings) > EVENT_LIMIT:
        problems.append(
            f"cycles: {cycles} of {_counted(targets, 'target')} would exceed the history of one "
            f"execution; {_shorter(experiment, targets, attempt.timings)}"
        )
    if seconds > attempt.timings.experiment_seconds:
        problems.append(
            f"cycles: {cycles} would take {seconds} seconds, more than the "
            f"{attempt.timings.experiment_seconds} that one execution has; ask for fewer cycles, or "
            "for shorter holds, intervals or ramps"
        )
    return problems


def _shorter(experiment: Experiment, targets: int, timings: Timings) -> str:
    """How an experiment would fit into one execution: with how many targets, if with any."""
    most = bisect_right(
        range(1, targets), EVENT_LIMIT, key=lambda each: history_events(experiment, each, timings)
    )
    fewer = f"choose at most {_counted(most, 'target')}, or " if most else ""
    parallel = "" if experiment.sequence == "parallel" else " or for the parallel sequence"
    return f"{fewer}ask for fewer cycles{parallel}"


def _repeated(experiment: Experiment, targets: int, limits: Limits) -> list[str]:
    """What cycles and rounds add up to: each window may be short, and all of them an outage."""
    problems = []
    broken, whole = broken_seconds(experiment, targets), whole_seconds(experiment, targets)
    if broken > limits.longest_duration:
        problems.append(
            f"total_chaos_duration: {_cycles(experiment)} would keep something broken for {broken} "
            f"seconds, more than the {limits.longest_duration} that this stack allows; ask for "
            "shorter holds, or for fewer cycles or targets"
        )
    if experiment.cycles > 1 and whole < limits.shortest_interval:
        problems.append(
            f"chaos_interval: {experiment.chaos_interval} would break a target again only {whole} "
            f"seconds after its restore; give at least {limits.shortest_interval}"
        )
    return problems


def _cycles(experiment: Experiment) -> str:
    return _counted(experiment.cycles, f"{experiment.sequence} cycle")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
