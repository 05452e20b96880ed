"""What a proof finds: problems that refuse the experiment, and warnings for its plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from snapback.model.effects import Answer
from snapback.model.payload_limits import fitting

MOST_WARNINGS = 50
MOST_WARNING_BYTES = 30_000
"""So many warnings travel with an experiment at most; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Findings:
    """One sentence each, naming what is concerned, its value and the way out."""

    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


NOTHING = Findings()


@dataclass(frozen=True, slots=True)
class Subject:
    """One mapping to be proved, and what is known around it.

    `function` is the configuration that its FunctionArn stands for, empty if that does not exist;
    `outage_seconds` is how long nothing reads its source if all goes as planned; `restoring_role` is
    the ARN of the role that makes it again, empty if that is not known; `now` the epoch second;
    `resume` and `position_margin` say where a recreated stream mapping starts.
    """

    config: Mapping[str, Any]
    outage_seconds: int
    function: Mapping[str, Any]
    deletes: bool
    allow_managed: bool
    restoring_role: str
    now: float
    resume: str
    position_margin: float

    @property
    def uuid(self) -> str:
        """The mapping's UUID."""
        return str(self.config["UUID"])

    @property
    def function_arn(self) -> str:
        """The function that it feeds, with its qualifier."""
        return str(self.config["FunctionArn"])

    @property
    def source_arn(self) -> str:
        """The ARN of its event source; empty for Kafka brokers of one's own."""
        return str(self.config.get("EventSourceArn", ""))


def problem(uuid: str, what: str) -> Findings:
    """A finding that refuses one mapping."""
    return Findings(problems=(f"event_uuids: {uuid} {what}",))


def warning(what: str) -> Findings:
    """A finding that the plan must state."""
    return Findings(warnings=(what,))


def not_looked_at(what: str, answer: Answer) -> Findings:
    """A check that could not be made: it is optional, and its absence is stated."""
    return warning(f"{what} could not be checked ({answer.code}).")


def merged(found: Iterable[Findings]) -> Findings:
    """All findings as one, each sentence once."""
    found = tuple(found)
    problems = dict.fromkeys(each for one in found for each in one.problems)
    warnings = dict.fromkeys(each for one in found for each in one.warnings)
    return Findings(tuple(problems), tuple(warnings))


def capped(found: Findings) -> Findings:
    """The findings with as many warnings as may travel."""
    kept = fitting(found.warnings, MOST_WARNING_BYTES, "Warnings", MOST_WARNINGS)
    return Findings(found.problems, kept)
