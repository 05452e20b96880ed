"""A quota of requests that all callers of an account share."""

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
