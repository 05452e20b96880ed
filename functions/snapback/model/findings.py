"""What a proof finds: problems that refuse the experiment, and warnings for its plan."""

from collections.abc import Iterable
from dataclasses import dataclass

from snapback.model.effects import Answer
from snapback.model.payload_limits import fitting

MOST_WARNINGS = 50
MOST_WARNING_BYTES = 30_000
"""At most so many warnings travel with an experiment; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Findings:
    """One sentence each: what it is about, its value and the way out."""

    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


NOTHING = Findings()


def warning(what: str) -> Findings:
    """A finding that the plan must state."""
    return Findings(warnings=(what,))


def not_looked_at(what: str, answer: Answer) -> Findings:
    """A check that could not be made: the experiment may run, and the plan says so."""
    return warning(f"{what} could not be checked ({answer.code}).")


def merged(found: Iterable[Findings]) -> Findings:
    """All findings as one, each sentence once."""
    found = tuple(found)
    problems = dict.fromkeys(each for one in found for each in one.problems)
    warnings = dict.fromkeys(each for one in found for each in one.warnings)
    return Findings(tuple(problems), tuple(warnings))


def capped(found: Findings) -> Findings:
    """The findings with no more warnings than may travel."""
    kept = fitting(found.warnings, MOST_WARNING_BYTES, "Warnings", MOST_WARNINGS)
    return Findings(found.problems, kept)
