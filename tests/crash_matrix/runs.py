"""One run of the matrix: a scenario, what disturbs it, and whether it held."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.crash_matrix.judgement import late, problems, recovery_seconds
from tests.crash_matrix.scenarios import EVERY, begun
from tests.fakes.cloud.wire import Strike
from tests.fakes.cloud.world import World


@dataclass(frozen=True)
class Verdict:
    """How a run went: what is not as it was, and how long it took to put everything back."""

    name: str
    problems: tuple[str, ...]
    seconds: float


def _nothing(_made: World) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Run:
    """`name` is how to ask for it, `row` and `column` are its place on the page.

    `disturb` prepares what happens to a world that has just begun; `afterwards` says what else is
    wrong once all is over.
    """

    scenario: str
    name: str
    row: tuple[str, ...]
    column: str = ""
    strike: Strike | None = None
    disturb: Callable[[World], object] = _nothing
    afterwards: Callable[[World], Iterable[str]] = _nothing

    def play(self) -> Verdict:
        """Run it from its beginning and judge it."""
        with begun(EVERY[self.scenario], self.strike) as made:
            return self.judged(made)

    def judged(self, made: World) -> Verdict:
        """Let it happen in a world that has just begun."""
        self.disturb(made)
        made.run()
        seconds = recovery_seconds(made)
        found = [*problems(made), *late(made), *self.afterwards(made)]
        if self.strike and not made.wire.struck_at:
            found.append("the fault never struck")
        return Verdict(self.name, tuple(found), seconds)
