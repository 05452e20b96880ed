"""One Lambda invocation: its settings, its attempt, and the running of a step until its end."""

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, Self

from aws import calls, driver, lambda_model, probes, table
from aws.pace import Pace
from settings import Settings
from snapback.model.effects import Call, Check, Effect, Fetch, Load, Probe, Reply, Step, Write
from snapback.protocol.attempt import Attempt

_LAST_SECONDS = 1
"""Kept of an invocation to raise that it is out of time, for steps that kept nothing themselves."""


class Context(Protocol):
    """What Lambda passes beside the event."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends this invocation."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """The settings of the function, and this invocation as the domain sees it."""

    settings: Settings
    attempt: Attempt
    pace: Pace

    @classmethod
    def of(cls, context: Context, at_once: int = 1) -> Self:
        """The invocation that Lambda describes, one of so many of its experiment side by side.

        A request id alone names no invocation: Lambda keeps it when it retries an event.
        """
        settings = Settings.from_environment()
        ends_at = time.time() + context.get_remaining_time_in_millis() / 1000
        owner = f"{context.aws_request_id}/{ends_at:.3f}"
        attempt = Attempt(owner, ends_at, settings.timings, time.time)
        return cls(settings, attempt, Pace.of(settings.requests_per_second, at_once))

    def with_table(self, name: str) -> Self:
        """The same invocation on another table."""
        return replace(self, settings=replace(self.settings, table_name=name))

    def run[T](self, step: Step[T]) -> T:
        """Run a step to its end; raises what it raises, and TimeoutError out of time."""
        return driver.run(step, self.perform, self.attempt.ends_at - _LAST_SECONDS)

    def perform(self, effect: Effect) -> Reply:
        """Carry out one effect on AWS; a pause is the driver's."""
        name = self.settings.table_name
        match effect:
            case Call():
                send = partial(calls.perform, effect, self.settings.external_id)
                return self.pace.keep(effect, send)
            case Check():
                return lambda_model.check(effect)
            case Probe():
                return probes.perform(effect, self.settings.probe_hosts)
            case Write():
                return table.write(name, effect)
            case Fetch():
                return table.fetch(name, effect)
            case Load():
                return table.load(name, effect)
        raise TypeError(f"cannot perform {effect!r}")
