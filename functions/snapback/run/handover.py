"""What Validate experiment hands to Snapshot targets; small, however many targets there are.

A target travels as its name and a mark, which is a digest of the key it was proved with. A key can
have a thousand bytes, and a thousand keys do not fit between two states. So each key is read again
and has to match its mark.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from snapback.faults import registry
from snapback.model.effects import Document, Step
from snapback.model.errors import TargetsChanged
from snapback.model.payload_limits import BETWEEN_STATES, cause, size_of
from snapback.protocol.contract import Chosen, Unfit

_MARK_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Named:
    """A target by its name and its key."""

    name: str
    key: str


def hand_over(
    experiment: Document, targets: Iterable[Chosen], warnings: Iterable[str]
) -> dict[str, Any]:
    """`{experiment, targets, warnings}`, a target as `{name, mark}`."""
    return {
        "experiment": dict(experiment),
        "targets": [{"name": each.name, "mark": _mark(each.key)} for each in targets],
        "warnings": list(warnings),
    }


def too_large(handed: Document) -> str:
    """Why it would not reach the next state, or an empty string."""
    size = size_of(handed)
    if size <= BETWEEN_STATES:
        return ""
    return (
        f"input: with all that is asked of them, {len(handed['targets'])} targets take {size} "
        f"bytes, more than the {BETWEEN_STATES} that a state can be given; {_way_out(handed)}"
    )


def _way_out(handed: Document) -> str:
    """How many of the targets would fit, if any do."""
    most = bisect_right(
        range(1, len(handed["targets"])),
        BETWEEN_STATES,
        key=lambda count: size_of(_of_the_first(count, handed)),
    )
    if most:
        return f"choose at most {most}, or name fewer alarms or expectations"
    return "name fewer alarms or expectations"


def _of_the_first(count: int, handed: Document) -> Document:
    """What is handed over of so many of the targets, which the experiment may list by name too."""
    left_out = {each["name"] for each in handed["targets"][count:]}
    asked = {
        key: [each for each in value if not (isinstance(each, str) and each in left_out)]
        if isinstance(value, list | tuple)
        else value
        for key, value in handed["experiment"].items()
    }
    return {**handed, "experiment": asked, "targets": handed["targets"][:count]}


def receive(fault: str, handed: Sequence[Mapping[str, str]]) -> Step[list[Named]]:
    """The same targets with their keys; TargetsChanged if one is gone or has another key."""
    names = [each["name"] for each in handed]
    keys = yield from registry.plan(fault).identify(names)
    taken: list[Named] = []
    problems: list[str] = []
    for each, key in zip(handed, keys, strict=True):
        if isinstance(key, Unfit):
            problems.append(key.reason)
        elif _mark(key) != each["mark"]:
            problems.append(f"input: {each['name']} was changed after validation; start again")
        else:
            taken.append(Named(each["name"], key))
    if problems:
        raise TargetsChanged(cause(problems))
    return taken


def _mark(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:_MARK_DIGITS]
