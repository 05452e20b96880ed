"""What the input of each fault is: the common keys and its own, as the dataclasses describe them.

No other module needs pydantic.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from snapback.faults import registry
from snapback.model.effects import Document
from snapback.model.experiment import COMMON_KEYS, Experiment

_COMMON: TypeAdapter[Experiment] = TypeAdapter(Experiment)
_MISSING = ("missing", "missing_argument")


@cache
def _own(fault: str) -> TypeAdapter[Any]:
    return TypeAdapter(registry.plan(fault).Input)


@cache
def schema(fault: str) -> Document:
    """The JSON Schema of the input of a fault; its description is the fault's own."""
    common, own = _COMMON.json_schema(), _own(fault).json_schema()
    shared = {name: each for name, each in common["properties"].items() if name in COMMON_KEYS}
    return {
        "description": own["description"],
        "type": "object",
        "properties": {**shared, **own["properties"]},
        "required": [*common["required"], *own.get("required", ())],
        "additionalProperties": False,
        "$defs": {**common["$defs"], **own.get("$defs", {})},
    }


def keys(fault: str) -> Mapping[str, Document]:
    """The schema of each key that a fault has."""
    described: Mapping[str, Document] = schema(fault)["properties"]
    return described


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that is missing or cannot be used.

    `place` is the path to it: its key, and what follows where the value is a list or an object.
    """

    place: tuple[int | str, ...]
    given: Any
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Made[T]:
    """What the sound values make, if none is missing, and what was refused."""

    value: T | None
    refused: tuple[Refused, ...] = ()


def read(fault: str, values: Document) -> Made[Experiment]:
    """The experiment that the values of canonical keys ask for.

    Defaults stand in for refused values; without a value for a required key there is no experiment.
    """
    described = keys(fault)
    mistaken = [name for name, value in values.items() if _mistaken(value, described[name])]
    taken = {name: value for name, value in values.items() if name not in mistaken}
    common = _made(_COMMON, {k: v for k, v in taken.items() if k in COMMON_KEYS})
    own = _made(_own(fault), {k: v for k, v in taken.items() if k not in COMMON_KEYS})
    refused = (
        *(Refused((name,), values[name]) for name in mistaken),
        *(
            _whole(each, values, described)
            for each in (*common.refused, *own.refused)
            if each.place[0] not in mistaken
        ),
    )
    if common.value is None or own.value is None:
        return Made(None, refused)
    return Made(replace(common.value, own=asdict(own.value)), refused)


def _mistaken(value: Any, described: Document) -> bool:
    """Whether a boolean stands where a number or a string belongs: pydantic would convert it."""
    return isinstance(value, bool) and described.get("type") != "boolean"


def _made[T](adapter: TypeAdapter[T], values: Document) -> Made[T]:
    try:
        return Made(adapter.validate_python(values))
    except ValidationError as error:
        refused = tuple(
            Refused(each["loc"], each["input"], missing=each["type"] in _MISSING)
            for each in error.errors()
        )
    bad = {each.place[0] for each in refused}
    sound = {name: value for name, value in values.items() if name not in bad}
    missing = len(sound) == len(values)
    return Made(None if missing else _made(adapter, sound).value, refused)


def _whole(refused: Refused, values: Document, described: Mapping[str, Document]) -> Refused:
    """Each alternative of a union refuses a value by itself: say it once, for the whole value."""
    key = str(refused.place[0])
    if refused.missing or "anyOf" not in described[key]:
        return refused
    return Refused((key,), values[key])
