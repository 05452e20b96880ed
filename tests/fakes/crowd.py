"""Many invocations at once before one account, in virtual time, behind the quota that they share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from aws import lambda_model
from snapback.model.effects import Answer, Call, Check, Effect, Fetch, Load, Step, Wait, Write
from snapback.protocol.attempt import Attempt
from tests.fakes import attempts, mappings, requests, table
from tests.fakes.mappings import OPERATIONS, Sources
from tests.fakes.quota import Quota

CALL_SECONDS = 0.05
SDK_ATTEMPTS = 5
_LONGEST_BACKOFF_SECONDS = 20
_BUSY = Answer(code="TooManyRequestsException", message="Rate exceeded", status=429)
_REFUSED = Answer(code="AccessDeniedException", status=403)


class KilledError(Exception):
    """Lambda ended an invocation that was still at work."""


@dataclass(eq=False)
class Running:
    """One invocation: its step, when Lambda ends it, and how it ended."""

    step: Step[Any]
    ends_at: float
    result: Any = None
    error: Exception | None = None


@dataclass
class Crowd:
    """An account, its table, and whoever works on its mappings; the seed is of the SDK's jitter.

    A change of a mapping is over at once, and what is not about mappings is refused.
    """

    sources: Sources
    seed: int
    now: float = 1_000_000.0
    quota: Quota = field(default_factory=Quota)
    items: dict[Any, table.Item] = field(default_factory=dict)
    _queue: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311  # jitter, no secret
        self._order = count()

    def attempt(self, owner: str, seconds: float) -> Attempt:
        """An invocation that begins now."""
        return attempts.attempt(lambda: self.now, seconds=seconds, owner=owner)

    def run(self, steps: Sequence[Step[Any]], seconds: float) -> list[Running]:
        """Let steps run side by side until each has ended, or was killed after so many seconds."""
        everyone = [Running(each, self.now + seconds) for each in steps]
        for each in everyone:
            self._go_on(each, None)
        while self._queue:
            self.now, _, running, effect, tried = heappop(self._queue)
            if self.now >= running.ends_at:
                running.error = KilledError()
                continue
            reply = self._perform(effect)
            if reply is _BUSY and not effect.changes and tried < SDK_ATTEMPTS:
                backoff = self._random.random() * min(2 ** (tried - 1), _LONGEST_BACKOFF_SECONDS)
                self._later(CALL_SECONDS + backoff, running, effect, tried + 1)
            else:
                self._go_on(running, reply)
        return everyone

    def _go_on(self, running: Running, reply: Any) -> None:
        try:
            effect = running.step.send(reply)
        except StopIteration as end:
            running.result = end.value
        except Exception as error:  # noqa: BLE001  # the others go on
            running.error = error
        else:
            takes = CALL_SECONDS if isinstance(effect, Call) else 0.0
            takes = effect.seconds if isinstance(effect, Wait) else takes
            self._later(takes, running, effect, 1)

    def _later(self, seconds: float, running: Running, effect: Effect, tried: int) -> None:
        heappush(self._queue, (self.now + seconds, next(self._order), running, effect, tried))

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Wait():
                return None
            case Check():
                return lambda_model.check(effect)
            case Write() | Fetch() | Load():
                return table.perform(self.items, effect)
            case Call():
                return self._answer(effect)
        raise AssertionError(effect)

    def _answer(self, call: Call) -> Answer:
        if call.operation == "GetParameter":
            return Answer()
        if call.operation not in OPERATIONS:
            return _REFUSED
        if not self.quota.admits(self.now):
            return _BUSY
        requests.check("lambda", call.operation, call.params)
        params = dict(call.params)
        if not call.changes:
            return mappings.read(self.sources, call.operation, params)
        uuid = mappings.uuid_of(1_000_000 + next(self._order))
        answer, after = mappings.change(self.sources, call.operation, params, uuid, self.now)
        ended = (each if each.settled else mappings.moved_on(each) for each in after)
        self.sources = tuple(each for each in ended if each)
        return answer
