"""A quota of requests that all callers of an account share."""

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Quota:
    """So many requests a second, and a burst of so many; `admitted` and `refused` count them.

    The Lambda control plane has one of 15 for all operations but those that invoke or read a function.
    """

    per_second: float = 15
    burst: float = 15
    admitted: int = 0
    refused: int = 0
    _left: float = field(init=False)
    _at: float = float("-inf")

    def __post_init__(self) -> None:
        self._left = self.burst

    def admits(self, now: float) -> bool:
        """Whether a request at this epoch second may pass; it counts as one if it may."""
        if now > self._at:
            self._left = min(self.burst, self._left + self.per_second * (now - self._at))
            self._at = now
        admitted = self._left >= 1
        self._left -= admitted
        self.admitted += admitted
        self.refused += not admitted
        return admitted


@dataclass
class Window:
    """So many requests in any second; `admitted` and `refused` count those of the callers.

    Others send `others_per_second` requests evenly; they repeat them, and are first where one may pass.
    """

    most: int = 15
    others_per_second: float = 0
    admitted: int = 0
    refused: int = 0
    _recent: deque[float] = field(default_factory=deque)
    _others_wait: float = 0
    _others_seen_at: float = float("-inf")

    def admits(self, now: float) -> bool:
        """Whether a request at this epoch second may pass; it counts as one if it may."""
        self._let_others_pass(now)
        admitted = self._passes(now)
        self.admitted += admitted
        self.refused += not admitted
        return admitted

    def _let_others_pass(self, now: float) -> None:
        since = max(self._others_seen_at, now - 1)
        self._others_wait += self.others_per_second * (now - since)
        self._others_seen_at = now
        while self._others_wait >= 1 and self._passes(now):
            self._others_wait -= 1

    def _passes(self, now: float) -> bool:
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        passes = len(self._recent) < self.most
        if passes:
            self._recent.append(now)
        return passes
