"""Experiments as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """An experiment: how it ended, and whether its mappings were then as before."""

    name: str
    status: str
    error: str
    targets: int
    verified: int
    equal: bool
    """By the kit's own comparison of every setting, state and tag."""
    seconds: float


@dataclass(frozen=True, slots=True)
class RoundTrips:
    """The experiments on the cheap sources of the workload."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class OtherRegion:
    """An experiment on a mapping in a second Region."""

    region: str
    run: Run


@dataclass(frozen=True, slots=True)
class MskRoundTrip:
    """An experiment on a mapping of MSK, and its consumer groups before and after."""

    run: Run
    groups: tuple[str, str]


@dataclass(frozen=True, slots=True)
class MqRoundTrip:
    """An experiment on a mapping of Amazon MQ."""

    run: Run


@dataclass(frozen=True, slots=True)
class DocumentDbRoundTrip:
    """An experiment on a mapping of DocumentDB."""

    run: Run


@dataclass(frozen=True, slots=True)
class Crowd:
    """An experiment on many mappings of one function."""

    run: Run
    throttled: int
    """Answers of Lambda that the handlers' logs call throttled."""
