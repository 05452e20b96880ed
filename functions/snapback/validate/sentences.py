"""The line about a refused value: its field, the value, and what to give instead."""

from collections.abc import Mapping

from snapback.model.expectations import KINDS, shown, shown_value
from snapback.validate.names import nearest, suggestion
from snapback.validate.schema import Refused, keys, schema


def sentence(refused: Refused, fault: str) -> str:
    """One line about a value in a request for a fault."""
    key, *path = refused.place
    if path and key == "expect":
        return _of_an_expectation(refused, fault)
    return f"{key}: {_problem(refused)}; give {keys(fault)[str(key)]['description']}"


def _problem(refused: Refused) -> str:
    if refused.missing:
        return "missing"
    given = refused.given
    told = (
        shown(given)
        if refused.place[-1] == "url" and isinstance(given, str)
        else shown_value(given)
    )
    return f"{told!r} is refused"


def _of_an_expectation(refused: Refused, fault: str) -> str:
    """Its place is `(expect, index)`, or `(expect, index, type, field, …)` where the type is known."""
    _, index, *path = refused.place
    where, given = f"expect[{index}]", refused.given
    if len(path) <= 1:
        kind = str(given.get("type", "")) if isinstance(given, Mapping) else ""
        near = nearest(kind, KINDS)
        fix = f"did you mean {near}?" if near else f"give a type of {', '.join(KINDS)}"
        return f"{where}: {shown_value(given)!r} is refused; {fix}"
    kind, name = map(str, path[:2])
    fields = schema(fault)["$defs"][KINDS[kind].__name__]["properties"]
    if name not in fields:
        return f"{where}.{name}: unknown key; {suggestion(name, fields)}"
    hint = fields[name].get("description", f'"{kind}"')
    return f"{where}.{name}: {_problem(refused)}; give {hint}"
