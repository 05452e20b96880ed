"""A run as it might have been measured."""

from typing import Any

from benchmarks.cases import SNAPBACK, Case
from benchmarks.measures import Measured, Phase
from benchmarks.results import Results

RUN: dict[str, Any] = {
    "strategy": SNAPBACK,
    "targets": 100,
    "circumstances": "alone",
    "ended": "SUCCEEDED",
    "seconds": 100.0,
    "away_seconds": 61.0,
    "lost": 0,
    "changed": 0,
    "calls": 340,
    "refused": 0,
    "between": 330,
    "requests": {"sqs GetQueueUrl": 30, "sqs GetQueueAttributes": 10, "s3 PutObject": 2},
}


def run(**given: Any) -> Measured:
    return Measured(**{**RUN, **given})


def results(*runs: Measured, **given: Any) -> Results:
    cases = [Case(each.strategy, each.targets, each.circumstances) for each in runs]
    named = {case.name: each for case, each in zip(cases, runs, strict=True)}
    return Results(runs=named, **given)


PHASES = {"inject": Phase(100, 7.0), "restore": Phase(120, 9.6)}
