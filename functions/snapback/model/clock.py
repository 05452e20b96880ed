"""The passing of time as the domain sees it."""

from collections.abc import Callable

Clock = Callable[[], float]
"""Answers the epoch time in seconds; handlers pass the real one, tests pass their own."""
