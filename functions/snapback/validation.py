"""Whether an experiment may run: every problem of a request, found before anything is touched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapback.effects import Answer, Call, Step
from snapback.errors import InvalidExperiment
from snapback.experiment import Experiment
from snapback.faults.delete_mappings import unfit
from snapback.interruption import alarm_states
from snapback.mappings import key_of, unqualified
from snapback.request import Parsed
from snapback.rounds import EVENT_LIMIT, history_events, total_seconds
from snapback.timings import Timings


@dataclass(frozen=True, slots=True)
class Limits:
    """What this stack allows; durations in seconds."""

    longest_duration: int
    most_targets: int
    allowed_tag: str
    """The tag whose value `true` on a function permits experiments on it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The mappings an experiment would affect, and what is wrong with the choice."""

    configs: tuple[Mapping[str, Any], ...]
    problems: tuple[str, ...]


def validate(parsed: Parsed, limits: Limits, timings: Timings) -> Step[dict[str, Any]]:
    """The experiment's record and its targets as `{uuid, key}`; else InvalidExperiment."""
    problems = list(parsed.problems)
    targets: list[dict[str, str]] = []
    if parsed.experiment is not None:
        experiment = parsed.experiment
        function: Answer = yield Call(
            "lambda", "GetFunction", {"FunctionName": experiment.function_name}
        )
        chosen = Chosen((), ())
        if function.done:
            problems += function_problems(function.body, limits)
            arn = unqualified(function.body["Configuration"]["FunctionArn"])
            chosen = yield from _choose(experiment, arn)
        else:
            problems.append(_unreadable(experiment, function))
        problems += chosen.problems
        problems += yield from _alarm_problems(experiment)
        problems += limit_problems(experiment, len(chosen.configs), limits, timings)
        targets = [{"uuid": each["UUID"], "key": key_of(each)} for each in chosen.configs]
    if problems or parsed.experiment is None:
        raise InvalidExperiment("\n".join(problems))
    return {"experiment": parsed.experiment.stored(), "targets": targets}


def _unreadable(experiment: Experiment, answer: Answer) -> str:
    name = f"function_name: {experiment.function_name!r}"
    if answer.gone:
        where = experiment.region or "the stack's Region"
        return f"{name} does not exist in {where}; check the name, its qualifier and the region"
    return f"{name} cannot be read ({answer}); check the name and the permissions"


def function_problems(function: Mapping[str, Any], limits: Limits) -> list[str]:
    """What forbids an experiment on a function, as GetFunction describes it."""
    name = function["Configuration"]["FunctionName"]
    state = function["Configuration"].get("State", "Active")
    problems = []
    if state != "Active":
        problems.append(f"function_name: {name!r} is {state}; wait until it is Active")
    if function.get("Tags", {}).get(limits.allowed_tag) != "true":
        problems.append(
            f"function_name: {name!r} has not opted in; tag it {limits.allowed_tag}=true"
        )
    return problems


def limit_problems(
    experiment: Experiment, targets: int, limits: Limits, timings: Timings
) -> list[str]:
    """What exceeds the limits of the stack or of Step Functions."""
    problems = []
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
    if total_seconds(experiment, max(targets, 1)) > timings.experiment_seconds:
        problems.append(
            f"cycles: the waits of {experiment.cycles} cycles add up to more than the "
            f"{timings.experiment_seconds} seconds an execution may take; use fewer or shorter ones"
        )
    return problems


def _alarm_problems(experiment: Experiment) -> Step[list[str]]:
    states = yield from alarm_states(experiment.stop_alarms)
    return [
        f"stop_alarms: {name!r} is in ALARM already; wait until it is OK"
        if name in states
        else f"stop_alarms: {name!r} does not exist; name a CloudWatch alarm"
        for name in experiment.stop_alarms
        if states.get(name) in (None, "ALARM")
    ]


def _choose(experiment: Experiment, function_arn: str) -> Step[Chosen]:
    if experiment.event_uuids == "all":
        return (yield from _choose_all(experiment, function_arn))
    return (yield from _choose_named(experiment, experiment.event_uuids, function_arn))


def _bound_to(experiment: Experiment, config: Mapping[str, Any], function_arn: str) -> bool:
    """Whether a mapping feeds the function, and the asked qualifier where one was given."""
    name = experiment.function_name.split(":")
    qualifier = name[7:] if name[0] == "arn" else name[1:]
    wanted = ":".join((function_arn, *qualifier))
    bound = str(config["FunctionArn"])
    return bound == wanted if qualifier else unqualified(bound) == function_arn


def _choose_all(experiment: Experiment, function_arn: str) -> Step[Chosen]:
    """Page through every mapping: a list by function name may leave out those of its aliases."""
    configs: list[Mapping[str, Any]] = []
    params: dict[str, Any] = {}
    while True:
        page: Answer = yield Call("lambda", "ListEventSourceMappings", params)
        if not page.done:
            problem = f"event_uuids: the mappings cannot be listed ({page}); check the permissions"
            return Chosen((), (problem,))
        listed = page.body["EventSourceMappings"]
        configs += [each for each in listed if _bound_to(experiment, each, function_arn)]
        if not page.body.get("NextMarker"):
            break
        params = {"Marker": page.body["NextMarker"]}
    if not configs:
        problem = f"event_uuids: 'all', but {experiment.function_name} has no event source mapping"
        return Chosen((), (problem,))
    return Chosen(tuple(configs), tuple((yield from _unfit_listed(configs))))


def _unfit_listed(configs: Iterable[Mapping[str, Any]]) -> Step[list[str]]:
    """With a KMS key a list leaves out the filter criteria: those mappings are read one by one."""
    problems = []
    for listed in configs:
        config = listed
        if listed.get("KMSKeyArn"):
            got: Answer = yield _get(listed["UUID"])
            config = got.body or listed
        if reason := unfit(config):
            problems.append(f"event_uuids: {config['UUID']} {reason}")
    return problems


def _choose_named(experiment: Experiment, uuids: Sequence[str], function_arn: str) -> Step[Chosen]:
    if not uuids:
        hint = "give at least one UUID, or 'all'"
        return Chosen((), (f"event_uuids: the list is empty; {hint}",))
    repeated = sorted({uuid for uuid in uuids if uuids.count(uuid) > 1})
    problems = [f"event_uuids: {uuid} is given twice; keep one" for uuid in repeated]
    configs: list[Mapping[str, Any]] = []
    for uuid in dict.fromkeys(uuids):
        got: Answer = yield _get(uuid)
        problem = _refusal(experiment, got, function_arn)
        if problem:
            problems.append(f"event_uuids: {uuid} {problem}")
        else:
            configs.append(got.body)
    return Chosen(tuple(configs), tuple(problems))


def _refusal(experiment: Experiment, got: Answer, function_arn: str) -> str:
    if got.gone:
        function = experiment.function_name
        listing = f"aws lambda list-event-source-mappings --function-name {function}"
        return f"does not exist; list the mappings with `{listing}`"
    if not got.done:
        return f"cannot be read ({got}); check the UUID and the permissions"
    if not _bound_to(experiment, got.body, function_arn):
        return (
            f"belongs to {got.body['FunctionArn']}, not to {experiment.function_name}; "
            "leave it out or name its own function"
        )
    return unfit(got.body)


def _get(uuid: str) -> Call:
    return Call("lambda", "GetEventSourceMapping", {"UUID": uuid})
