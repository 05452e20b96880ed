"""JSON values by number: a value that was seen before is the same object again."""

import json
from typing import Any

_known: dict[str, int] = {}
_values: list[Any] = []


def number_of(value: Any) -> int:
    """The number of a JSON value; equal values have one number."""
    text = json.dumps(value, sort_keys=True, default=dict)
    if text not in _known:
        _known[text] = len(_values)
        _values.append(json.loads(text))
    return _known[text]


def value_of(number: int) -> Any:
    """The value of a number, as a table would give it back: a tuple has become a list."""
    return _values[number]
