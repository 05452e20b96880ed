"""How fast an invocation asks Lambda's control plane: its share of what an experiment may send.

Lambda takes 15 requests a second of an account and Region, whoever sends them.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from snapback.model.effects import THROTTLED, Answer, Call

_OTHER_QUOTAS = ("GetFunction", "GetPolicy", "Invoke")
"""Lambda's operations that do not count towards those 15."""

_SLOWEST_SECONDS = 2
"""However often it is refused, it asks again so soon, or at its share if that is slower: an announced
change is not kept waiting."""

_SLOWER, _FASTER = 1.5, 0.9
"""What a refusal and a good answer make of the interval."""

_JITTER = 0.06
"""By so much an interval is longer at most, by chance: those that were refused together come apart,
and all of them together never exceed what they share."""


@dataclass(slots=True)
class Pace:
    """The seconds between two requests: those of its share, and more while it is refused."""

    shortest: float
    _interval: float = 0
    _next_at: float = 0

    @classmethod
    def of(cls, per_second: int, at_once: int) -> "Pace":
        """The share of one of so many invocations that run side by side."""
        return cls(shortest=at_once / per_second)

    def keep(self, call: Call, perform: Callable[[], Answer]) -> Answer:
        """Perform a call when its turn has come."""
        if call.service != "lambda" or call.operation in _OTHER_QUOTAS:
            return perform()
        self._await_turn()
        answer = perform()
        self._hear(refused=answer.code in THROTTLED)
        return answer

    def _await_turn(self) -> None:
        now = time.time()
        if now < self._next_at:
            time.sleep(self._next_at - now)
        interval = max(self._interval, self.shortest)
        spread = random.uniform(1, 1 + _JITTER)  # noqa: S311  # jitter, no secret
        self._next_at = max(now, self._next_at) + interval * spread

    def _hear(self, *, refused: bool) -> None:
        interval = max(self._interval, self.shortest) * (_SLOWER if refused else _FASTER)
        self._interval = min(interval, _SLOWEST_SECONDS)
