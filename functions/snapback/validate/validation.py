"""Whether an experiment may run: every problem of a request, found before anything is touched."""

from dataclasses import dataclass
from typing import Any

from snapback.faults import registry
from snapback.model.effects import Answer, Step
from snapback.model.errors import InvalidExperiment
from snapback.model.experiment import Experiment
from snapback.model.findings import NOTHING, Findings, merged
from snapback.model.payload_limits import cause, shortened
from snapback.model.steps import at
from snapback.protocol.attempt import Attempt
from snapback.protocol.contract import Chosen, Circumstances
from snapback.rescue.interruption import not_startable
from snapback.run.crowd import crowd_problems
from snapback.run.handover import hand_over, too_large
from snapback.run.steadiness import steadiness_problems
from snapback.validate import reach
from snapback.validate.limits import (
    Limits,
    fault_problems,
    function_problems,
    limit_problems,
)
from snapback.validate.request import parse
from snapback.workload.alarms import alarms, unusable
from snapback.workload.functions import get_function, get_tags, unqualified


@dataclass(frozen=True, slots=True)
class Examined:
    """What the account shows of an experiment: its targets, and what was found out about them."""

    targets: tuple[Chosen, ...] = ()
    findings: Findings = NOTHING


def validate(
    raw: object, limits: Limits, kill_switch: str, attempt: Attempt
) -> Step[dict[str, Any]]:
    """What the next state needs, as `run.handover` says; InvalidExperiment names every problem."""
    parsed = parse(raw)
    stopped = yield from not_startable(kill_switch)
    problems = [*parsed.problems, *([stopped] if stopped else [])]
    examined = Examined()
    if (experiment := parsed.experiment) is not None:
        malformed = reach.malformed(experiment, limits.regions)
        refused = [*fault_problems(experiment, limits), *malformed]
        problems += refused
        if not refused:
            examining = attempt.patiently(_examine(experiment, limits, attempt))
            examined = yield from at(experiment.place, examining)
        problems += examined.findings.problems
        problems += limit_problems(experiment, len(examined.targets), limits, attempt)
        if limits.caps and not experiment.dry_run:
            problems += yield from crowd_problems(limits.caps, len(examined.targets))
    if problems or experiment is None:
        raise InvalidExperiment(cause([shortened(each) for each in problems]))
    warnings = (*parsed.warnings, *examined.findings.warnings)
    handed = hand_over(experiment.stored(), examined.targets, warnings)
    if problem := too_large(handed):
        raise InvalidExperiment(problem)
    return handed


def _examine(experiment: Experiment, limits: Limits, attempt: Attempt) -> Step[Examined]:
    function = yield from get_function(experiment.function_name)
    if not function.done:
        alarms = yield from _alarm_problems(experiment)
        return Examined(findings=Findings((_unreadable(experiment, function), *alarms)))
    configuration = function.body["Configuration"]
    plan = registry.plan(experiment.fault)
    choice = yield from plan.choose(experiment, unqualified(configuration["FunctionArn"]))
    around = Circumstances(
        function=configuration,
        timings=attempt.timings,
        now=attempt.now,
        restoring_role=limits.restore_role_arn,
        table_key=limits.table_key_arn,
        allowed_tag=limits.allowed_tag,
        requests_per_second=limits.requests_per_second,
    )
    proved = yield from plan.prove(experiment, choice.targets, around)
    tags = yield from get_tags(configuration["FunctionArn"])
    problems = [
        *function_problems(configuration, tags, limits),
        *choice.problems,
        *(yield from _alarm_problems(experiment)),
    ]
    chosen = Findings(tuple(problems), choice.warnings)
    return Examined(choice.targets, merged((chosen, proved)))


def _unreadable(experiment: Experiment, answer: Answer) -> str:
    if reason := reach.unreachable(experiment, answer):
        return reason
    name = f"function_name: {experiment.function_name!r}"
    if answer.gone:
        where = experiment.region or "the stack's Region"
        return f"{name} does not exist in {where}; check the name, its qualifier and the region"
    return f"{name} cannot be read ({answer}); check the name and the permissions"


def _alarm_problems(experiment: Experiment) -> Step[list[str]]:
    unsteady = yield from steadiness_problems(experiment)
    found = yield from alarms(experiment.stop_alarms)
    return unsteady + [
        f"stop_alarms: {name!r} {reason}"
        for name in experiment.stop_alarms
        if (reason := unusable(found.get(name)))
    ]
