"""Turns raw input into an Experiment, or into one line per problem: field, value and fix."""

from collections.abc import Mapping
from dataclasses import dataclass

from snapback.faults import registry
from snapback.model.effects import Document
from snapback.model.expectations import shown_value
from snapback.model.experiment import COMMON_KEYS, DEFAULT_FAULT, Experiment
from snapback.validate.names import ALIASES, canonical, nearest
from snapback.validate.schema import Refused, keys, read
from snapback.validate.sentences import sentence


@dataclass(frozen=True, slots=True)
class Parsed:
    """The experiment as far as it can be read, every problem of the request, and what was ignored.

    With problems, `experiment` holds defaults in place of the refused values, so that the checks
    that need only the sound fields can still be made; it is None when a required field is unusable.
    """

    experiment: Experiment | None
    problems: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """The fault whose keys a request is read by: the one it names or, with a problem, the likeliest."""

    name: str
    problem: str = ""
    guessed: bool = False
    """Whether not even its name tells which fault is meant."""


def parse(raw: object) -> Parsed:
    """Read a request; never raises."""
    if not isinstance(raw, Mapping):
        example = 'give for example {"function_name": "orders", "event_uuids": "all"}'
        return Parsed(None, (f"input: {shown_value(raw)!r} is not a JSON object; {example}",))
    fault = _fault(raw)
    named = canonical({**raw, "fault": fault.name}, fault.name)
    made = read(fault.name, named.values)
    refused = [each for each in made.refused if not (fault.guessed and _missing_own(each))]
    told = [sentence(each, fault.name) for each in refused]
    problems = [*([fault.problem] if fault.problem else []), *named.problems, *told]
    return Parsed(made.value, tuple(dict.fromkeys(problems)), tuple(named.warnings))


def _fault(raw: Document) -> Fault:
    asked = raw.get("fault", DEFAULT_FAULT)
    if isinstance(asked, str) and asked in registry.FAULTS:
        return Fault(asked)
    refused = f"fault: {asked!r} is refused"
    if isinstance(asked, str) and (near := nearest(asked, registry.FAULTS)):
        return Fault(near, f"{refused}; did you mean {near}?")
    given = {ALIASES.get(name, name) for name in raw}
    likeliest = max(registry.FAULTS, key=lambda each: len(keys(each).keys() & given))
    return Fault(likeliest, f"{refused}; give {' or '.join(registry.FAULTS)}", guessed=True)


def _missing_own(refused: Refused) -> bool:
    """Whether it is a missing key that not every fault has."""
    return refused.missing and refused.place[0] not in COMMON_KEYS
