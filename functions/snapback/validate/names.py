"""Which key each name in a request stands for: canonical, an alias, or nothing that matters here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from snapback.faults import registry
from snapback.model.effects import Document
from snapback.validate.schema import keys

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
"""The tunables of Harness and LitmusChaos, and the key each one means; an empty value is the default."""

_CREDENTIALS = "Snapback holds no credentials; its own role acts, or the one in assume_role_arn"
_CONTAINERS = "nothing runs in a container"
MEANINGLESS = {
    "AWS_AUTHENTICATION_SECRET": _CREDENTIALS,
    "AWS_SHARED_CREDENTIALS_FILE": _CREDENTIALS,
    "DEFAULT_HEALTH_CHECK": "every target is checked before anything is touched",
    "INSTANCE_ID": "the name of the execution identifies the experiment",
    "LIB": _CONTAINERS,
    "LIB_IMAGE": _CONTAINERS,
}
"""Tunables of the same tools that have no meaning here, and why."""

SCHEMA_KEY = "$schema"
"""Tells an editor which schema to use; it says nothing about the experiment."""

_EMPTY = ("", None)


@dataclass(frozen=True, slots=True)
class Named:
    """The values by canonical key, what is wrong with the names, and which names were ignored."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def canonical(raw: Document, fault: str) -> Named:
    """Read the names of a request for a fault."""
    named, known = Named(), keys(fault)
    for name, value in raw.items():
        key = ALIASES.get(name, name)
        if name == SCHEMA_KEY or (name in {*ALIASES, *MEANINGLESS} and value in _EMPTY):
            continue
        if name in MEANINGLESS:
            named.warnings.append(f"{name} was ignored: {MEANINGLESS[name]}.")
        elif key not in known:
            named.problems.append(f"{name}: {_unknown(name, fault)}")
        elif key in named.values:
            named.problems.append(f"{name}: given twice, as {key} and as its alias; keep one")
        else:
            named.values[key] = _listed(value, known[key])
    return named


def nearest(name: str, spellings: Iterable[str]) -> str:
    """The spelling that a misspelt name is likely to mean, or an empty string."""
    return next(iter(get_close_matches(name.lower(), list(spellings), n=1)), "")


def _unknown(name: str, fault: str) -> str:
    """That other faults have the key, or which known key is like it."""
    key = ALIASES.get(name, name)
    if others := [other for other in registry.FAULTS if key in keys(other)]:
        return (
            f"{fault} has no such key, only {' and '.join(others)}; leave it out or choose another "
            "fault"
        )
    return f"unknown key; {suggestion(name, keys(fault), map(str.lower, ALIASES))}"


def suggestion(name: str, known: Iterable[str], other_spellings: Iterable[str] = ()) -> str:
    """The known name that a misspelt one is likely to mean, or all that are known."""
    near = nearest(name, [*known, *other_spellings])
    return f"did you mean {near}?" if near else f"known keys are {', '.join(known)}"


def _listed(value: Any, described: Document) -> Any:
    """A list may be given as one string, separated by commas; an allowed word stays a word."""
    kinds = described.get("anyOf", [described])
    words = [each.get("const") for each in kinds]
    takes_lists = any(each.get("items", {}).get("type") == "string" for each in kinds)
    if isinstance(value, str) and takes_lists and value not in words:
        return [each.strip() for each in value.split(",") if each.strip()]
    return value
