"""What is unproven, and the checks that an account can answer; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a check ended."""

    PASS = "pass"  # noqa: S105  # a verdict
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"
    NEEDS_AWS = "needs AWS"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict, and in a sentence what AWS answered."""

    verdict: Verdict
    said: str


def answer(holds: bool, said: str) -> Answer:  # noqa: FBT001  # `answer(not lost, …)` reads as it is meant
    """Pass if it holds, else fail."""
    return Answer(Verdict.PASS if holds else Verdict.FAIL, said)


def not_applicable(why: str) -> Answer:
    """What could not be asked here, and why."""
    return Answer(Verdict.NOT_APPLICABLE, why)


@dataclass(frozen=True, slots=True)
class Check[T]:
    """One question to an account, and how its evidence is judged."""

    id: str
    asks: str
    """What is asked of AWS, as a sentence."""
    of: type[T]
    """The kind of evidence that it judges."""
    judge: Callable[[T], Answer]
    source: str = ""
    """The flagged source without which it is not applicable."""
    on_lab: bool = False
    """Whether the lab's answer counts; elsewhere only AWS can give one."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something that only AWS can show: a row of docs/unproven.md."""

    what: str
    why: str
    stands_in: str
    checks: tuple[Check[Any], ...] = ()
    unanswerable: str = ""
    """Why no account can answer it, or not all of it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was observed, by kind, and why the rest was not."""

    on_lab: bool
    sources: frozenset[str]
    """The flagged sources that were asked for."""
    found: Mapping[type, Any]
    missing: Mapping[type, str]


def answered(check: Check[Any], evidence: Evidence) -> Answer:
    """The answer to a check; evidence that could not be had is a failure, never a pass."""
    if check.source and check.source not in evidence.sources:
        return not_applicable(f"not asked for: run with --with {check.source}")
    if check.of not in evidence.found:
        why = evidence.missing.get(check.of, "it was never observed")
        return Answer(Verdict.FAIL, f"no answer was obtained: {why}")
    given: Answer = check.judge(evidence.found[check.of])
    if evidence.on_lab and not check.on_lab:
        return Answer(Verdict.NEEDS_AWS, f"The lab, which is no proof: {given.said}")
    return given
