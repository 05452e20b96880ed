"""Executions, and everything that noticed them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MachineCase:
    """A small state machine that fails on purpose inside a Catch, and how it ended."""

    fails_with: str
    status: str
    caught: str
    """The error that its Catch was given, or an empty string."""
    ended_with: str
    """The error of the execution, or an empty string."""


@dataclass(frozen=True, slots=True)
class MachineCases:
    """What a Catch catches."""

    path: MachineCase
    """A JSONPath that is not there."""
    expression: MachineCase
    """A JSONata expression that fails."""


@dataclass(frozen=True, slots=True)
class Redrive:
    """A stopped and restored execution that was redriven."""

    was: str
    """How it had ended before."""
    refused: str
    """Why it could not be redriven, or an empty string."""
    status: str
    equal: bool
    """Whether the mappings were as before, afterwards."""
    left_open: int
    """Items of the experiment that were still open then."""


@dataclass(frozen=True, slots=True)
class Stop:
    """An execution that was to be stopped, and its mapping afterwards."""

    state: str
    """The state that it was in when it was stopped or had ended."""
    status: str
    back_seconds: float | None
    """How long after the stop everything was as before for good; None is never."""
    error: str = ""
    """With its cause, if it ended with one before it was stopped."""


@dataclass(frozen=True, slots=True)
class Stops:
    """Executions that were stopped at different moments, and those that ended before."""

    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class SilentStop:
    """A stop while the rule that starts the rescue was switched off."""

    stop: Stop
    restores: int
    """How many restore executions the sweeper started."""


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """An execution that ended, and its event of it."""

    name: str
    status: str
    delay_seconds: float | None
    """How long after the end the event was received; None is never."""


@dataclass(frozen=True, slots=True)
class StatusEvents:
    """The events of every execution."""

    executions: tuple[StatusEvent, ...]


@dataclass(frozen=True, slots=True)
class EarlyAbandonment:
    """An attempt to give up a target that no restore has failed to put back."""

    error: str
    """Of the refusal, or an empty string."""
    cause: str
    experiment: str
    """How the experiment ended afterwards."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that subscribers should have received, and the one that they did."""

    of: str
    must_hold: tuple[str, ...]
    """What its text must contain."""
    received: str


@dataclass(frozen=True, slots=True)
class Notices:
    """Messages of the notification topic, as a subscribed queue received them."""

    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms that subscribers were told of while nothing was wrong with the stack."""

    told: tuple[str, ...]
