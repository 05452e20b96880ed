"""State machine definitions: read from `statemachines/`, with the timings filled in."""

import json
import re
from dataclasses import asdict, dataclass

from infra import ROOT
from infra.refusal import Refusal
from snapback.model.timings import Timings

FOLDER = ROOT / "statemachines"

_NUMBER = re.compile(r"\$\{([a-z][a-z_]*)\}")
_FUNCTION = re.compile(r"\$\{([A-Z][A-Za-z]*)\}")


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition as JSON text, and the functions it names as `${InjectFault}`."""

    text: str
    functions: tuple[str, ...]


def load(name: str, timings: Timings) -> Definition:
    """The definition `statemachines/<name>.asl.json`, its timings replaced by numbers."""
    source = (FOLDER / f"{name}.asl.json").read_text()
    states = _fill(json.loads(source), asdict(timings), name)
    text = json.dumps(states, ensure_ascii=False, separators=(",", ":"))
    return Definition(text, tuple(sorted(set(_FUNCTION.findall(text)))))


def module_of(function: str) -> str:
    """The handler module of a function: `InjectFault` is `inject_fault`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", function).lower()


def function_of(module: str) -> str:
    """The function of a handler module: `inject_fault` is `InjectFault`."""
    return "".join(word.capitalize() for word in module.split("_"))


def _fill(value: object, numbers: dict[str, int], name: str) -> object:
    if isinstance(value, dict):
        return {key: _fill(item, numbers, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, numbers, name) for item in value]
    if isinstance(value, str) and (match := _NUMBER.fullmatch(value)):
        if match[1] not in numbers:
            raise Refusal(f"{name}.asl.json: ${{{match[1]}}} is not a timing")
        return numbers[match[1]]
    return value
