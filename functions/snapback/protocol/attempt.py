"""One invocation as the domain sees it: which one it is, when it ends, and its clock."""

from dataclasses import dataclass, field
from hashlib import sha256

from snapback.model.effects import Step
from snapback.model.steps import patiently
from snapback.model.timings import Clock, Timings


@dataclass(frozen=True, slots=True)
class Attempt:
    """One invocation; times in epoch seconds.

    `owner` names it and no other. `ends_at` is when Lambda ends it, `steps_end_at` when its steps
    have to be over, so that there is time left to answer.
    """

    owner: str
    ends_at: float
    timings: Timings = field(repr=False)
    clock: Clock = field(repr=False)

    @property
    def now(self) -> float:
        """The epoch second."""
        return self.clock()

    @property
    def steps_end_at(self) -> float:
        """After this moment nothing new is begun."""
        return self.ends_at - self.timings.spare_seconds

    @property
    def send_until(self) -> float:
        """After this moment it sends no more changes."""
        return self.ends_at - self.timings.send_margin_seconds

    @property
    def quiet_at(self) -> float:
        """After this moment none of its requests can land."""
        return self.ends_at + self.timings.quiet_margin_seconds

    @property
    def pause(self) -> float:
        """Seconds until what was not possible is tried again."""
        return self.timings.poll_seconds

    def spread_pause(self, number: int) -> float:
        """The nth pause after a refusal, between half and twice the usual one.

        It depends on whose attempt it is: those that were throttled together come back apart.
        """
        digest = sha256(f"{self.owner}/{number}".encode()).digest()
        return self.pause * (0.5 + 1.5 * digest[0] / 255)

    def until(self, *seconds: float) -> float:
        """The deadline of a step that may take so long, with the margin that the sweeper grants."""
        return self.now + sum(seconds) + self.timings.deadline_margin_seconds

    def patiently[T](self, step: Step[T]) -> Step[T]:
        """Run a step whose throttled reads are asked again, as long as something may be sent."""
        return patiently(step, self.send_until, self.clock, self.spread_pause)
