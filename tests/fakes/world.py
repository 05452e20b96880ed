"""What a step meets in a test: a table, answers of AWS, and a clock that only pauses move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from snapback.model.effects import Call, Effect, Fetch, Key, Load, Reply, Step, Wait, Write
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from tests.fakes import attempts, table
from tests.fakes.answers import Answers, drive, teller


@dataclass
class World:
    """The epoch second, the items of the table, and what was asked of the world so far.

    `answers` are those of `tests.fakes.answers`. `meanwhile` is called before each effect is carried
    out, for what others do in between.
    """

    answers: Answers = field(default_factory=dict)
    now: float = 1000.0
    items: dict[Key, table.Item] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    called_at: list[float] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    meanwhile: Callable[[Effect], None] = lambda _: None

    def __post_init__(self) -> None:
        self._tell = teller(self.answers)

    def attempt(
        self, owner: str = "me", *, seconds: float = 120, timings: Timings = attempts.TIMINGS
    ) -> Attempt:
        """An attempt that begins now."""
        return attempts.attempt(lambda: self.now, seconds=seconds, owner=owner, timings=timings)

    def put(self, key: Key, attributes: Mapping[str, Any]) -> None:
        """Store an item as it is."""
        self.items[key] = {**key._asdict(), **attributes}

    def run[T](self, step: Step[T]) -> T:
        """Run a step to its end; what goes wrong with an effect, the step is told."""
        return drive(step, self._perform)

    def _perform(self, effect: Effect) -> Reply:
        self.meanwhile(effect)
        match effect:
            case Wait():
                self.pauses.append(effect.seconds)
                self.now += effect.seconds
                return None
            case Call():
                self.calls.append(effect)
                self.called_at.append(self.now)
                return self._tell(effect)
            case Load(index="open"):
                return [dict(each) for each in self.items.values() if each.get("open") == effect.pk]
            case Write() | Fetch() | Load():
                self.writes += [effect] if isinstance(effect, Write) else []
                reply: Reply = table.perform(self.items, effect)
                return reply
        raise AssertionError(effect)
