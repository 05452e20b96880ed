"""Which mappings an experiment is about: those it names, or all of its function."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from snapback.faults.mappings.mapping import unqualified
from snapback.faults.mappings.reading import get
from snapback.faults.registry import FAULTS
from snapback.model.effects import Answer, Call, Step
from snapback.model.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Chosen:
    """The mappings an experiment would affect, and what is wrong with the choice."""

    configs: tuple[Mapping[str, Any], ...]
    problems: tuple[str, ...]


def choose(experiment: Experiment, function_arn: str) -> Step[Chosen]:
    """Find the mappings of a function, given by its unqualified ARN."""
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
    found: list[Answer] = []
    params: dict[str, Any] = {}
    while True:
        page = yield from Call("lambda", "ListEventSourceMappings", params)
        if not page.done:
            problem = f"event_uuids: the mappings cannot be listed ({page}); check the permissions"
            return Chosen((), (problem,))
        found += [each for each in _listed(page) if _bound_to(experiment, each.body, function_arn)]
        if not page.body.get("NextMarker"):
            break
        params = {"Marker": page.body["NextMarker"]}
    if not found:
        problem = f"event_uuids: 'all', but {experiment.function_name} has no event source mapping"
        return Chosen((), (problem,))
    problems = yield from _unfit(experiment, found)
    return Chosen(tuple(each.body for each in found), tuple(problems))


def _listed(page: Answer) -> Iterator[Answer]:
    """Each mapping of a page as if it had been read alone, with the members of it not known."""
    for index, config in enumerate(page.body["EventSourceMappings"]):
        path = f"EventSourceMappings[{index}]."
        unknown = [each.removeprefix(path) for each in page.unknown if each.startswith(path)]
        yield Answer(config, unknown=tuple(unknown))


def _unfit(experiment: Experiment, found: Sequence[Answer]) -> Step[list[str]]:
    """With a KMS key a list leaves out the filter criteria: those mappings are read one by one."""
    problems = []
    for listed in found:
        read = listed
        if listed.body.get("KMSKeyArn"):
            got = yield from get(listed.body["UUID"])
            read = got if got.done else listed
        if reason := FAULTS[experiment.fault].unfit(read.body, read.unknown):
            problems.append(f"event_uuids: {read.body['UUID']} {reason}")
    return problems


def _choose_named(experiment: Experiment, uuids: Sequence[str], function_arn: str) -> Step[Chosen]:
    if not uuids:
        hint = "give at least one UUID, or 'all'"
        return Chosen((), (f"event_uuids: the list is empty; {hint}",))
    repeated = sorted({uuid for uuid in uuids if uuids.count(uuid) > 1})
    problems = [f"event_uuids: {uuid} is given twice; keep one" for uuid in repeated]
    configs: list[Mapping[str, Any]] = []
    for uuid in dict.fromkeys(uuids):
        got = yield from get(uuid)
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
    return FAULTS[experiment.fault].unfit(got.body, got.unknown)
