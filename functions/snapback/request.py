"""Turns raw input into an Experiment, or into one line per problem: field, value and fix."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from snapback.experiment import Experiment

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
    near = get_close_matches(name.lower(), [*KEYS, *map(str.lower, ALIASES)], n=1)
    known = ", ".join(KEYS)
    return f"did you mean {near[0]}?" if near else f"known keys are {known}"


def _uuids(value: Any) -> Any:
    if isinstance(value, str) and value != "all":
        return [uuid.strip() for uuid in value.split(",") if uuid.strip()]
    return value


def _hint(key: str) -> str:
    return str(SCHEMA["properties"][key]["description"])


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for each in error.errors():
        key = str(each["loc"][0])
        if each["type"] in ("missing", "missing_argument"):
            sentence = f"{key}: missing; give {_hint(key)}"
        else:
            sentence = f"{key}: {each['input']!r} is refused; give {_hint(key)}"
        if sentence not in sentences:
            sentences.append(sentence)
    return sentences


def _without(values: Mapping[str, Any], refused: set[str]) -> Experiment | None:
    try:
        return _ADAPTER.validate_python({k: v for k, v in values.items() if k not in refused})
    except ValidationError:
        return None
