"""What Validate experiment hands to Snapshot targets: small, however many and long the targets are.

A target travels as its UUID and a mark of the key that it was proved under. A key can have a
thousand bytes, and a thousand keys do not fit between two states: each is read again, and has to
bear the mark.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from snapback.faults.mappings.mapping import key_of
from snapback.faults.mappings.reading import get
from snapback.model.effects import Step
from snapback.model.errors import TargetsChanged
from snapback.model.payload_limits import BETWEEN_STATES, cause, size_of

_MARK_DIGITS = 16


def hand_over(
    experiment: Mapping[str, Any], configs: Iterable[Mapping[str, Any]], warnings: Iterable[str]
) -> dict[str, Any]:
    """`{experiment, targets, warnings}`, a target as `{uuid, mark}`."""
    return {
        "experiment": dict(experiment),
        "targets": [{"uuid": each["UUID"], "mark": _mark(key_of(each))} for each in configs],
        "warnings": list(warnings),
    }


def too_large(handed: Mapping[str, Any]) -> str:
    """Why it would not reach the next state, or an empty string."""
    size = size_of(handed)
    if size <= BETWEEN_STATES:
        return ""
    return (
        f"event_uuids: with all that is asked of them, {len(handed['targets'])} mappings take "
        f"{size} bytes, more than the {BETWEEN_STATES} that a state can be given; name fewer "
        "mappings, alarms or expectations"
    )


def receive(handed: Iterable[Mapping[str, str]]) -> Step[list[dict[str, str]]]:
    """The same targets as `{uuid, key}`; TargetsChanged where one is gone or is another by now."""
    taken: list[dict[str, str]] = []
    problems: list[str] = []
    for each in handed:
        uuid = each["uuid"]
        got = yield from get(uuid)
        if not got.done:
            problems.append(f"event_uuids: event source mapping {uuid} cannot be read ({got})")
        elif _mark(key := key_of(got.body)) != each["mark"]:
            problems.append(f"event_uuids: {uuid} was changed after validation; start again")
        else:
            taken.append({"uuid": uuid, "key": key})
    if problems:
        raise TargetsChanged(cause(problems))
    return taken


def _mark(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:_MARK_DIGITS]
