"""What IAM has to permit, as values. The stack makes roles of them; nothing here asks AWS.

A fault has a module `permissions` beside its four parts: `BY_QUESTION`, the statements that each of
its questions needs. Roles collect them by the questions that a handler asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Question(StrEnum):
    """The questions of the contract that may need AWS, as `part.question`."""

    CHOOSE = "plan.choose"
    IDENTIFY = "plan.identify"
    PROVE = "plan.prove"
    DESCRIBE = "plan.describe"
    LOOK = "act.look"
    SNAPSHOT = "act.snapshot"
    INJECT = "act.inject"
    IN_FORCE = "act.in_force"
    SAMPLE = "act.sample"
    SOURCES = "act.sources"
    RESTORE = "undo.restore"
    LOOK_AFTERWARDS = "undo.look"
    VERIFY = "undo.verify"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource, as narrow as can be known before an experiment names its target.

    Where only the stack knows the ARN, there are words instead. In an ARN, `{partition}` and
    `{account}` are those of the role, `{stack}` is the stack's name, and `{targets}` is its setting
    `target_functions`, with and without a qualifier.
    """

    name: str
    arn: str = ""
    words: str = ""
    at_target: bool = True
    """Whether it exists in a target's account: what may be done with it, the role there may do."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition key, IAM's operator, and a value that may have what a kind's ARN may have."""

    operator: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Actions on one kind of resource, under all of some conditions, and the reason for them."""

    actions: tuple[str, ...]
    kind: Kind
    reason: str
    conditions: tuple[Condition, ...] = ()


type Permissions = Mapping[Question, tuple[Statement, ...]]
"""What each question of a fault needs; one that is not named needs nothing."""


def may(*actions: str, on: Kind, because: str, when: tuple[Condition, ...] = ()) -> Statement:
    """A statement, in the order in which one would say it."""
    return Statement(actions, on, because, when)


ANYTHING = Kind("anything", "*")
"""At a target, for actions that IAM knows no narrower resource for."""
