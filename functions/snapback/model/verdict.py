"""The judgement on one expectation, and how to give one."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Verdict:
    """`held | deviated | unknown`, the reason in words, and the figures it rests on."""

    verdict: str
    reason: str
    figures: dict[str, Any]


def held(reason: str, **figures: Any) -> Verdict:
    """It was as expected."""
    return Verdict("held", reason, figures)


def deviated(reason: str, **figures: Any) -> Verdict:
    """It was seen to be otherwise."""
    return Verdict("deviated", reason, figures)


def unknown(reason: str, **figures: Any) -> Verdict:
    """It was not seen, or not for long enough."""
    return Verdict("unknown", reason, figures)
