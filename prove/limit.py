"""The guard of a run: it ends by itself when it takes or costs too much, or is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


class Stopped(Exception):
    """The run is to end now; what it made is removed."""


@dataclass
class Limit:
    """How long a run may take and how much it may cost; every wait looks at it."""

    seconds: float
    dollars: float
    dollars_an_hour: float
    dollars_a_run: float
    """What one experiment costs besides time."""
    begun: float = field(default_factory=time.monotonic)
    runs: int = 0
    reason: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)

    def stop(self, reason: str) -> None:
        """Let every wait end with Stopped."""
        self.reason = self.reason or reason
        self._stop.set()

    def spent(self) -> float:
        """Dollars so far, by list prices."""
        hours = (time.monotonic() - self.begun) / 3600
        return hours * self.dollars_an_hour + self.runs * self.dollars_a_run

    def look(self) -> None:
        """Raise Stopped where the run is over."""
        if time.monotonic() - self.begun > self.seconds:
            self.stop(f"it has taken more than {self.seconds / 60:.0f} minutes")
        if self.spent() > self.dollars:
            self.stop(f"it has cost more than ${self.dollars:.2f} by list prices")
        if self._stop.is_set():
            raise Stopped(self.reason)

    def pause(self, seconds: float) -> None:
        """Wait so long, or raise Stopped."""
        self.look()
        self._stop.wait(seconds)
        self.look()

    def until[T](self, probe: Callable[[], T], what: str, seconds: float, step: float = 1) -> T:
        """What the probe answers once it is true; TimeoutError that names what was waited for."""
        deadline = time.monotonic() + seconds
        while not (found := probe()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: not within {seconds:.0f} s")
            self.pause(step)
        return found
