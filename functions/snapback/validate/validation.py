"""Whether an experiment may run: every problem of a request, found before anything is touched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snapback.faults.mappings.choosing import choose
from snapback.faults.mappings.mapping import unqualified
from snapback.faults.mappings.proofs.every import Around, prove
from snapback.faults.mappings.proofs.findings import NOTHING, Findings, merged
from snapback.faults.mappings.proofs.functions import at_work
from snapback.model.clock import Clock
from snapback.model.effects import Answer, Call, Step
from snapback.model.errors import InvalidExperiment
from snapback.model.experiment import Experiment
from snapback.model.payload_limits import cause
from snapback.model.timings import Timings
from snapback.rescue.interruption import alarm_states
from snapback.run.rounds import EVENT_LIMIT, history_events, total_seconds
from snapback.run.steadiness import steadiness_problems
from snapback.validate import hours, reach
from snapback.validate.handover import hand_over, too_large
from snapback.validate.request import Parsed


@dataclass(frozen=True, slots=True)
class Limits:
    """What this stack allows; durations in seconds."""

    longest_duration: int
    most_targets: int
    allowed_tag: str
    """The tag whose value `true` on a function permits experiments on it."""
    allowed_hours: str = ""
    """When experiments may run, such as `MON-FRI 09:00-17:00 UTC`; empty is always."""
    restore_role_arn: str = ""
    """The role that puts targets back where no `assume_role_arn` does; empty is not known."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What the account says of an experiment: its mappings, and all that was found."""

    configs: tuple[Mapping[str, Any], ...] = ()
    findings: Findings = NOTHING


def validate(
    parsed: Parsed, limits: Limits, timings: Timings, clock: Clock
) -> Step[dict[str, Any]]:
    """What the next state needs, as `handover` says; InvalidExperiment names every problem."""
    problems = list(parsed.problems)
    examined = Examined()
    if parsed.experiment is not None:
        experiment = parsed.experiment
        problems += reach.malformed(experiment)
        if not reach.malformed(experiment):
            around = Around(timings, clock(), limits.restore_role_arn)
            examined = yield from _examine(experiment, limits, around)
        problems += examined.findings.problems
        count = len(examined.configs)
        problems += limit_problems(experiment, count, limits, timings, clock())
    if problems or parsed.experiment is None:
        raise InvalidExperiment(cause(problems))
    handed = hand_over(parsed.experiment.stored(), examined.configs, examined.findings.warnings)
    if problem := too_large(handed):
        raise InvalidExperiment(problem)
    return handed


def _examine(experiment: Experiment, limits: Limits, around: Around) -> Step[Examined]:
    function = yield from Call(
        "lambda",
        "GetFunction",
        {"FunctionName": experiment.function_name},
        gone=("ResourceNotFoundException",),
    )
    if not function.done:
        alarms = yield from _alarm_problems(experiment)
        return Examined(findings=Findings((_unreadable(experiment, function), *alarms)))
    configuration = function.body["Configuration"]
    chosen = yield from choose(experiment, unqualified(configuration["FunctionArn"]))
    proved = yield from prove(experiment, chosen.configs, configuration, around)
    problems = [
        *function_problems(function.body, limits),
        *chosen.problems,
        *(yield from _alarm_problems(experiment)),
    ]
    return Examined(chosen.configs, merged((Findings(tuple(problems)), proved)))


def _unreadable(experiment: Experiment, answer: Answer) -> str:
    if reason := reach.unreachable(experiment, answer):
        return reason
    name = f"function_name: {experiment.function_name!r}"
    if answer.gone:
        where = experiment.region or "the stack's Region"
        return f"{name} does not exist in {where}; check the name, its qualifier and the region"
    return f"{name} cannot be read ({answer}); check the name and the permissions"


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
    experiment: Experiment, targets: int, limits: Limits, timings: Timings, now: float
) -> list[str]:
    """What exceeds the limits of the stack or of Step Functions."""
    seconds = total_seconds(experiment, max(targets, 1))
    closed = hours.problem(limits.allowed_hours, now, seconds)
    problems = [closed] if closed else []
    if experiment.total_chaos_duration > limits.longest_duration:
        problems.append(
            f"total_chaos_duration: {experiment.total_chaos_duration} is longer than this stack "
            f"allows; give 1 to {limits.longest_duration}"
        )
        return problems
    if targets > limits.most_targets:
        problems.append(
            f"event_uuids: {targets} mappings are more than this stack allows; "
            f"name at most {limits.most_targets}"
        )
    if targets and history_events(experiment, targets, timings) > EVENT_LIMIT:
        problems.append(
            f"cycles: {experiment.cycles} {experiment.sequence} cycles of {targets} mappings "
            "exceed the history of one execution; use fewer cycles or the parallel sequence"
        )
    if seconds > timings.experiment_seconds:
        problems.append(
            f"cycles: the waits of {experiment.cycles} cycles add up to more than the "
            f"{timings.experiment_seconds} seconds an execution may take; use fewer or shorter ones"
        )
    return problems


def _alarm_problems(experiment: Experiment) -> Step[list[str]]:
    unsteady = yield from steadiness_problems(experiment)
    states = yield from alarm_states(experiment.stop_alarms)
    return unsteady + [
        f"stop_alarms: {name!r} is in ALARM already; wait until it is OK"
        if name in states
        else f"stop_alarms: {name!r} does not exist; name a CloudWatch alarm"
        for name in experiment.stop_alarms
        if states.get(name) in (None, "ALARM")
    ]
