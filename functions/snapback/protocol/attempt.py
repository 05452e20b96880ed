"""One invocation as the domain sees it: which one it is, when it ends, its clock, and its looks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from math import inf

from snapback.model.effects import Step
from snapback.model.records import Target
from snapback.model.steps import patiently
from snapback.model.timings import Clock, Timings
from snapback.protocol.contract import View

_REFUSALS_IN_A_ROW = 4
"""After so many the pause does not grow any more."""

_SHARE_OF_TIME = 5
"""A look that takes long is used for so many times as long: most of the time is left for changes."""

_OLDEST_SECONDS = 60
"""However long it took, no look is used for longer."""


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
        """The nth pause after a refusal: short at first, then between half and twice the usual one.

        It depends on whose attempt it is: those that were throttled together come back apart.
        """
        digest = sha256(f"{self.owner}/{number}".encode()).digest()
        longest = self.pause * min(number, _REFUSALS_IN_A_ROW) / _REFUSALS_IN_A_ROW
        return longest * (0.5 + 1.5 * digest[0] / 255)

    def until(self, *seconds: float) -> float:
        """The deadline of a step that may take so long, with the margin that the sweeper grants."""
        return self.now + sum(seconds) + self.timings.deadline_margin_seconds

    def patiently[T](self, step: Step[T]) -> Step[T]:
        """Run a step whose throttled reads are asked again, as long as something may be sent."""
        return patiently(step, self.send_until, self.clock, self.spread_pause)

    def shared(
        self,
        look: Callable[[Sequence[Target]], Step[View]],
        targets: Sequence[Target],
        seconds: float,
    ) -> "Shared":
        """Looks that the targets of a batch share, each for some seconds; `look` makes one."""
        recent = seconds if len(targets) > 1 else 0
        return Shared(partial(look, targets), self.clock, recent)


@dataclass(slots=True)
class Shared:
    """What the last look has shown, as long as it is recent; `look` makes the next one.

    A look at a large account is many requests, so the targets of a batch share each. A single target
    shares with nobody: it is looked at anew each time.
    """

    look: Callable[[], Step[View]] = field(repr=False)
    clock: Clock = field(repr=False)
    recent_seconds: float
    _view: View = field(default_factory=View)
    _began: float = -inf
    _ended: float = -inf

    def view(self, newer_than: float = -inf) -> Step[View]:
        """A recent view, and one that was begun after a moment (epoch seconds)."""
        if not self.recent_seconds:
            return (yield from self.look())
        if self._began <= newer_than or self.clock() > self._outdated_at:
            began = self.clock()
            self._view = yield from self.look()
            self._began, self._ended = began, self.clock()
        return self._view

    @property
    def _outdated_at(self) -> float:
        if self._began == -inf:
            return -inf
        took = self._ended - self._began
        return self._began + max(self.recent_seconds, min(_SHARE_OF_TIME * took, _OLDEST_SECONDS))
