"""The API of switches in every way a request may go, and what must hold of each change."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from snapback.model.effects import Answer
from snapback.model.records import Target
from tests.fakes.switch.api import BROKEN, ENDS_AT, GET, GET_VERSION, SET
from tests.fakes.values import value_of

SECRET = "secret"  # noqa: S105  # stands for one
OPERATIONS = (GET, GET_VERSION, SET)


class Switch(NamedTuple):
    """What it was set to, oldest first, and whether the last change is still to come into force."""

    name: str
    values: tuple[str, ...] = (SECRET,)
    pending: bool = False

    @property
    def broken(self) -> bool:
        """Whether it is not as it was."""
        return self.values[-1] in BROKEN


type Switches = tuple[Switch, ...]


def find(switches: Switches, name: str) -> Switch:
    """The switch of a name."""
    return next(each for each in switches if each.name == name)


@cache
def read(switches: Switches, operation: str, params: int) -> Answer:
    """What a fresh read shows."""
    asked = value_of(params)
    found = find(switches, asked["Name"])
    if operation == GET_VERSION:
        return Answer(body={"value": found.values[asked["Version"]]})
    version = len(found.values) - 1
    shown = {"version": version, "value": found.values[-1], "settled": not found.pending}
    return Answer(body=shown)


def change(switches: Switches, asked: Mapping[str, Any]) -> Switches:
    """The switches after one was set."""
    found = find(switches, asked["Name"])
    after = Switch(found.name, (*found.values, asked["Value"]), pending=True)
    return tuple(after if each == found else each for each in switches)


def progress(switches: Switches) -> Iterator[tuple[str, Switches]]:
    """What was taken comes into force."""
    for each in switches:
        if each.pending:
            settled = each._replace(pending=False)
            others = tuple(settled if one == each else one for one in switches)
            yield f"{each.name} is {each.values[-1]}", others


def wrong(before: Switch, asked: Mapping[str, Any], target: Target) -> str:
    """Which rule a change of the fault breaks, or an empty string."""
    stage = BROKEN.index(asked["Value"])
    if target.stage != stage:
        return f"4: stage {stage} lands while stage {target.stage} is announced"
    if stage and (before.pending or before.values[-1] != BROKEN[stage - 1]):
        return "4: a stage lands before the one before it is in force"
    if target.fault_ends_at != ENDS_AT:
        return "1: it is not recorded when the fault ends by itself"
    return ""
