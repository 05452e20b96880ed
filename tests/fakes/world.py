"""What a step meets in a test: a table, answers of AWS, and a clock that only pauses move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from snapback.model.effects import Call, Effect, Fetch, Key, Load, Reply, Step, Wait, Write
from snapback.model.timings import Timings
from snapback.protocol.attempt import Attempt
from tests.fakes import attempts, table
from tests.fakes.answers import Answers, teller


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
        """Run a step to its end, one effect after another.

        What goes wrong with an effect is raised where the step asked for it; what the test finds
        wrong with it leaves the step.
        """
        go_on: Callable[[], Effect] = partial(step.send, None)
        while True:
            try:
                effect = go_on()
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                go_on = partial(step.send, self._perform(effect))
            except AssertionError:
                raise
            except Exception as error:  # noqa: BLE001  # whatever it is
                go_on = partial(step.throw, error)

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
            case Write():
                self.writes.append(effect)
                return bool(table.perform(self.items, effect))
            case Fetch() | Load():
                reply: Reply = table.perform(self.items, effect)
                return reply
        raise AssertionError(effect)
