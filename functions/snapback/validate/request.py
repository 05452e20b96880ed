"""Turns raw input into an Experiment, or into one line per problem: field, value and fix."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from snapback.faults import registry
from snapback.model.expectations import KINDS
from snapback.model.experiment import COMMON_KEYS, DEFAULT_FAULT, Experiment

ALIASES = {
    "FUNCTION_NAME": "function_name",
    "EVENT_UUIDS": "event_uuids",
    "TOTAL_CHAOS_DURATION": "total_chaos_duration",
    "SEQUENCE": "sequence",
    "RAMP_TIME": "ramp_time",
    "REGION": "region",
    "ASSUME_ROLE_ARN": "assume_role_arn",
    "CHAOS_INTERVAL": "chaos_interval",
}
"""The upper-case tunables that other chaos tools use; their values may all be strings."""

_MISSING = ("missing", "missing_argument")


_COMMON = TypeAdapter(Experiment)


@cache
def _own(fault: str) -> TypeAdapter[Any]:
    return TypeAdapter(registry.plan(fault).Input)


@cache
def schema(fault: str) -> dict[str, Any]:
    """The JSON Schema of the input of a fault, generated from what describes it."""
    common = _COMMON.json_schema()
    own = _own(fault).json_schema()
    properties = {name: each for name, each in common["properties"].items() if name != "own"}
    return common | {
        "properties": own["properties"] | properties,
        "required": [*common["required"], *own.get("required", ())],
    }


@dataclass(frozen=True, slots=True)
class Parsed:
    """The experiment as far as it can be read, and every problem found in the request.

    With problems, `experiment` holds defaults in place of the refused values, so that the checks
    that need only the sound fields can still be made; it is None when a required field is unusable.
    """

    experiment: Experiment | None
    problems: tuple[str, ...]


def parse(raw: object) -> Parsed:
    """Read a request; never raises."""
    if not isinstance(raw, Mapping):
        return Parsed(None, (f"input: {raw!r} is not a JSON object; {_example()}",))
    fault = raw.get("fault", DEFAULT_FAULT)
    problems: list[str] = []
    if not isinstance(fault, str) or fault not in registry.FAULTS:
        known = ", ".join(registry.FAULTS)
        problems.append(f"fault: {fault!r} is refused; give one of {known}")
        raw, fault = {**raw, "fault": DEFAULT_FAULT}, DEFAULT_FAULT
    values = _canonical(raw, fault, problems)
    common = {name: value for name, value in values.items() if name in COMMON_KEYS}
    own = {name: value for name, value in values.items() if name not in COMMON_KEYS}
    experiment = _validated(_COMMON, common, fault, problems)
    given = _validated(_own(fault), own, fault, problems)
    if experiment is None or given is None:
        return Parsed(None, tuple(problems))
    return Parsed(replace(experiment, own=asdict(given)), tuple(problems))


def _validated[T](
    adapter: TypeAdapter[T], values: Mapping[str, Any], fault: str, problems: list[str]
) -> T | None:
    """The values as one, with defaults in place of refused ones; None if a required one is."""
    try:
        made = adapter.validate_python(values)
    except ValidationError as error:
        problems += dict.fromkeys(_sentence(each, schema(fault)) for each in error.errors())
        refused = {str(each["loc"][0]) for each in error.errors()}
        sound = {name: value for name, value in values.items() if name not in refused}
        return _validated(adapter, sound, fault, []) if sound.keys() != values.keys() else None
    return made


def _example() -> str:
    return 'give for example {"function_name": "orders", "event_uuids": "all"}'


def _canonical(raw: Mapping[str, Any], fault: str, problems: list[str]) -> dict[str, Any]:
    """The values by their canonical keys; what is wrong with a key is added to the problems."""
    values: dict[str, Any] = {}
    known = schema(fault)["properties"]
    for name, value in raw.items():
        key = ALIASES.get(name, name)
        if key not in known:
            problems.append(f"{name}: {_unknown(name, fault)}")
        elif name in ALIASES and value == "":
            continue
        elif key in values:
            problems.append(f"{name}: given twice, as {key} and as its alias; keep one")
        elif isinstance(value, bool) and known[key].get("type") != "boolean":
            problems.append(f"{name}: {value!r} is refused; give {known[key]['description']}")
        else:
            values[key] = _listed(value, known[key])
    return values


def _unknown(name: str, fault: str) -> str:
    """Another fault's key, or what is near it."""
    for other in registry.FAULTS:
        if ALIASES.get(name, name) in schema(other)["properties"]:
            return f"the fault {fault} has no such key; leave it out, or choose {other}"
    known = schema(fault)["properties"]
    return f"unknown key; {_nearest(name.lower(), [*known, *map(str.lower, ALIASES)], known)}"


def _nearest(name: str, spellings: Iterable[str], known: Iterable[str]) -> str:
    near = get_close_matches(name, list(spellings), n=1)
    return f"did you mean {near[0]}?" if near else f"known keys are {', '.join(known)}"


def _listed(value: Any, described: Mapping[str, Any]) -> Any:
    """A list may be given as one string, separated by commas; a word that is allowed stays one."""
    kinds = described.get("anyOf", [described])
    words = [each.get("const") for each in kinds]
    takes_lists = any(each.get("items", {}).get("type") == "string" for each in kinds)
    if isinstance(value, str) and takes_lists and value not in words:
        return [each.strip() for each in value.split(",") if each.strip()]
    return value


def _sentence(refused: ErrorDetails, described: Mapping[str, Any]) -> str:
    key, *path = refused["loc"]
    if path and key == "expect":
        return _expectation_sentence(refused, described)
    hint = described["properties"][str(key)]["description"]
    if refused["type"] in _MISSING:
        return f"{key}: missing; give {hint}"
    return f"{key}: {refused['input']!r} is refused; give {hint}"


def _expectation_sentence(refused: ErrorDetails, described: Mapping[str, Any]) -> str:
    """The place is `(expect, index)`, or `(expect, index, type, field, …)` where the type is known."""
    _, index, *path = refused["loc"]
    where, given = f"expect[{index}]", refused["input"]
    if len(path) <= 1:
        kind = str(given.get("type", "")) if isinstance(given, Mapping) else ""
        near = get_close_matches(kind, KINDS, n=1)
        fix = f"did you mean {near[0]}?" if near else f"give a type of {', '.join(KINDS)}"
        return f"{where}: {given!r} is refused; {fix}"
    kind, name = map(str, path[:2])
    fields = described["$defs"][KINDS[kind].__name__]["properties"]
    if name not in fields:
        return f"{where}.{name}: unknown key; {_nearest(name, fields, fields)}"
    hint = fields[name].get("description", f'"{kind}"')
    problem = "missing" if refused["type"] in _MISSING else f"{given!r} is refused"
    return f"{where}.{name}: {problem}; give {hint}"
