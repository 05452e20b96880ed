"""JSONata as Step Functions evaluates it in a definition."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonata
from jsonata.utils import Utils

_OPENS, _CLOSES = "{%", "%}"


class StatesError(Exception):
    """An error with the name and the cause that a Catch sees."""

    def __init__(self, name: str, cause: str = "") -> None:
        super().__init__(name, cause)
        self.name, self.cause = name, cause

    def output(self) -> dict[str, str]:
        """What `$states.errorOutput` holds."""
        return {"Error": self.name, "Cause": self.cause}


def evaluate(value: Any, variables: Mapping[str, Any]) -> Any:
    """A value of a definition with every expression in it evaluated."""
    if isinstance(value, dict):
        return {name: evaluate(each, variables) for name, each in value.items()}
    if isinstance(value, list):
        return [evaluate(each, variables) for each in value]
    if isinstance(value, str) and value.startswith(_OPENS) and value.endswith(_CLOSES):
        return _expression(value[2:-2].strip(), variables)
    return value


def _expression(text: str, variables: Mapping[str, Any]) -> Any:
    try:
        found = _parsed(text).evaluate(
            None, {name: _with_nulls(each) for name, each in variables.items()}
        )
    except Exception as error:  # noqa: BLE001  # the engine raises many kinds
        raise StatesError("States.QueryEvaluationError", f"{text}: {error}") from None
    if found is None:
        raise StatesError("States.QueryEvaluationError", f"{text}: is undefined")
    return _plain(found)


@cache
def _parsed(text: str) -> Any:
    parsed = jsonata.Jsonata(text)
    parsed.output_convert_nulls = False
    return parsed


def _with_nulls(value: Any) -> Any:
    """JSON's null is a value; Python's None is what the engine calls undefined."""
    if isinstance(value, dict):
        return {name: _with_nulls(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_nulls(each) for each in value]
    return Utils.NULL_VALUE if value is None else value


def _plain(value: Any) -> Any:
    if value is Utils.NULL_VALUE:
        return None
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
