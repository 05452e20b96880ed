"""Turns raw input into an Experiment, or into one line per problem: field, value and fix."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from snapback.model.expectations import KINDS
from snapback.model.experiment import Experiment

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

KEYS = tuple(field.name for field in fields(Experiment))
_MISSING = ("missing", "missing_argument")
_FLAGS = ("allow_managed", "dry_run")
_ADAPTER = TypeAdapter(Experiment)
SCHEMA = _ADAPTER.json_schema()
"""The JSON Schema of the input, generated."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The experiment as far as it can be read, and every problem found in the request.

    With problems, `experiment` holds defaults in place of the refused values, so that the checks
    that need only the sound fields can still be made; it is None when a required field is unusable.
    """

    experiment: Experiment | None
    problems: tuple[str, ...]

    def refused(self, problem: str) -> Self:
        """The same with one more problem, unless it is empty."""
        return replace(self, problems=(*self.problems, problem)) if problem else self


def parse(raw: object) -> Parsed:
    """Read a request; never raises."""
    if not isinstance(raw, Mapping):
        return Parsed(None, (f"input: {raw!r} is not a JSON object; {_example()}",))
    values, problems = _canonical(raw)
    try:
        return Parsed(_ADAPTER.validate_python(values), tuple(problems))
    except ValidationError as error:
        refused = {str(each["loc"][0]) for each in error.errors()}
        problems += _sentences(error)
        return Parsed(_without(values, refused), tuple(problems))


def _example() -> str:
    return 'give for example {"function_name": "orders", "event_uuids": "all"}'


def _canonical(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in raw.items():
        key = ALIASES.get(name, name)
        if key not in KEYS:
            problems.append(f"{name}: unknown key; {_suggestion(name)}")
        elif name in ALIASES and value == "":
            continue
        elif key in values:
            problems.append(f"{name}: given twice, as {key} and as its alias; keep one")
        elif isinstance(value, bool) and key not in _FLAGS:
            problems.append(f"{name}: {value!r} is refused; give {_hint(key)}")
        else:
            values[key] = _uuids(value) if key == "event_uuids" else value
    return values, problems


def _suggestion(name: str) -> str:
    return _nearest(name.lower(), [*KEYS, *map(str.lower, ALIASES)], KEYS)


def _nearest(name: str, spellings: Iterable[str], known: Iterable[str]) -> str:
    near = get_close_matches(name, list(spellings), n=1)
    return f"did you mean {near[0]}?" if near else f"known keys are {', '.join(known)}"


def _uuids(value: Any) -> Any:
    if isinstance(value, str) and value != "all":
        return [uuid.strip() for uuid in value.split(",") if uuid.strip()]
    return value


def _hint(key: str) -> str:
    return str(SCHEMA["properties"][key]["description"])


def _sentences(error: ValidationError) -> list[str]:
    return list(dict.fromkeys(map(_sentence, error.errors())))


def _sentence(refused: ErrorDetails) -> str:
    key, *path = refused["loc"]
    if path and key == "expect":
        return _expectation_sentence(refused)
    if refused["type"] in _MISSING:
        return f"{key}: missing; give {_hint(str(key))}"
    return f"{key}: {refused['input']!r} is refused; give {_hint(str(key))}"


def _expectation_sentence(refused: ErrorDetails) -> str:
    """The place is `(expect, index)`, or `(expect, index, type, field, …)` where the type is known."""
    _, index, *path = refused["loc"]
    where, given = f"expect[{index}]", refused["input"]
    if len(path) <= 1:
        kind = str(given.get("type", "")) if isinstance(given, Mapping) else ""
        near = get_close_matches(kind, KINDS, n=1)
        fix = f"did you mean {near[0]}?" if near else f"give a type of {', '.join(KINDS)}"
        return f"{where}: {given!r} is refused; {fix}"
    kind, name = map(str, path[:2])
    fields = SCHEMA["$defs"][KINDS[kind].__name__]["properties"]
    if name not in fields:
        return f"{where}.{name}: unknown key; {_nearest(name, fields, fields)}"
    hint = fields[name].get("description", f'"{kind}"')
    problem = "missing" if refused["type"] in _MISSING else f"{given!r} is refused"
    return f"{where}.{name}: {problem}; give {hint}"


def _without(values: Mapping[str, Any], refused: set[str]) -> Experiment | None:
    try:
        return _ADAPTER.validate_python({k: v for k, v in values.items() if k not in refused})
    except ValidationError:
        return None
