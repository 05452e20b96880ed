"""One Lambda invocation: its settings, its deadline, and the running of steps until then."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

from aws import calls, driver, lambda_model, probes, table
from aws.clients import HOME, Place
from settings import Settings
from snapback.model.effects import Call, Check, Effect, Fetch, Load, Probe, Step, Write
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt

_SPARE_SECONDS = 3
"""What is left at the end to record and to answer."""


class Context(Protocol):
    """What Lambda passes beside the event."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends this invocation."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """The times are epoch seconds; `place` is the target's."""

    settings: Settings
    request_id: str
    ends_at: float
    place: Place = HOME

    @classmethod
    def of(cls, context: Context) -> Self:
        """The invocation that Lambda describes."""
        remaining = context.get_remaining_time_in_millis() / 1000
        return cls(
            settings=Settings.from_environment(),
            request_id=context.aws_request_id,
            ends_at=time.time() + remaining,
        )

    def on(self, experiment: Mapping[str, Any]) -> Self:
        """The same invocation, calling in the Region and with the role of an experiment."""
        role = experiment["assume_role_arn"]
        return replace(self, place=Place(experiment["region"], role, self.settings.external_id))

    def in_a_hurry(self) -> Self:
        """The same invocation, which does not wait for a Region that is slow to answer."""
        return replace(self, place=self.place._replace(in_a_hurry=True))

    def with_table(self, name: str) -> Self:
        """The same invocation on another table."""
        return replace(self, settings=replace(self.settings, table_name=name))

    def for_seconds(self, seconds: float) -> Self:
        """The same invocation, whose steps end after so many seconds at the latest."""
        ends_at = time.time() + seconds + _SPARE_SECONDS
        return replace(self, ends_at=min(self.ends_at, ends_at))

    @property
    def seconds_left(self) -> float:
        """Until the steps of this invocation end."""
        return self.ends_at - _SPARE_SECONDS - time.time()

    @property
    def timings(self) -> Timings:
        """The stack's time-outs and intervals."""
        return self.settings.timings

    def now(self) -> float:
        """The epoch time."""
        return time.time()

    def until(self, seconds: float) -> float:
        """The deadline of a step that may take so long, with the margin that the sweeper grants."""
        return time.time() + seconds + self.timings.deadline_margin_seconds

    def attempt(self) -> Attempt:
        """What the protocol is told of this invocation before it changes a target.

        A request id alone names no invocation: Lambda keeps it when it retries an event.
        """
        return Attempt(
            owner=f"{self.request_id}/{self.ends_at:.3f}",
            send_until=self.ends_at - self.timings.send_margin_seconds,
            quiet_at=self.ends_at + self.timings.quiet_margin_seconds,
            pause=self.timings.poll_seconds,
        )

    def run[T](self, step: Step[T]) -> T:
        """Run one step to its end; raises what it raises, and TimeoutError at the deadline."""
        return driver.run(step, self.perform, self.ends_at - _SPARE_SECONDS)

    def run_all[T](self, steps: Sequence[Step[T]]) -> list[driver.Run[T]]:
        """Run steps side by side; see `driver.run_all`."""
        return driver.run_all(steps, self.perform, self.ends_at - _SPARE_SECONDS)

    def perform(self, effect: Effect) -> Any:
        """Carry out one effect on AWS."""
        name = self.settings.table_name
        match effect:
            case Call():
                return calls.perform(effect, HOME if effect.at_home else self.place)
            case Check():
                return lambda_model.check(effect)
            case Probe():
                return probes.perform(effect)
            case Write():
                return table.write(name, effect)
            case Fetch():
                return table.fetch(name, effect)
            case Load():
                return table.load(name, effect)
        raise TypeError(f"cannot perform {effect!r}")
