"""One run: an account, its experiments in virtual time, and a sweep every minute until all is over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from snapback.model.timings import Timings
from tests.fakes import clock, workload
from tests.fakes.asl.execution import Execution
from tests.fakes.cloud import account
from tests.fakes.cloud.executions import Executions
from tests.fakes.cloud.mappings import MappingApi, Transitions, seen
from tests.fakes.cloud.wire import Strike, Wire
from tests.fakes.dynamodb import Items
from tests.fakes.lambdas import Lambdas
from tests.fakes.scheduler import Scheduler
from tests.fakes.traffic import Traffic

LIMIT_SECONDS = 3 * 3600
SWEEP_SECONDS = 60
TIMINGS = Timings()


@dataclass
class World:
    """`before` are the mappings as the run found them, by their key; `over_at` is its end."""

    scheduler: Scheduler
    mappings: MappingApi
    lambdas: Lambdas
    executions: Executions
    items: Items
    wire: Wire
    uuids: list[str] = field(default_factory=list)
    before: dict[Any, dict[str, Any]] = field(default_factory=dict)
    over_at: float = 0
    ended: bool = False
    _look: bool = True

    def add(self, asked: dict[str, Any]) -> None:
        """Give the account one more mapping, which has been there for long."""
        source = self.mappings.make(asked)
        self.uuids.append(source.uuid)
        self.before[source.key] = seen(source)

    def start(self, asked: dict[str, Any], name: str = "run") -> Execution:
        """Start an experiment."""
        return self.executions.start("experiment", asked, name)

    def restore(self, name: str, experiment_id: str = "run") -> Execution:
        """Start a restore from outside."""
        return self.executions.start("restore", {"experiment_id": experiment_id}, name)

    def later(self, seconds: float, work: Callable[[], Any]) -> None:
        """Do something after so many seconds."""

        def wait() -> None:
            self.scheduler.pause(seconds)
            work()

        self.scheduler.spawn(wait)

    def let_pass(self, seconds: float) -> None:
        """Let so much time pass."""
        self.scheduler.run(lambda: False, seconds)

    def run(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        """Let it all happen, until every experiment is closed and nothing is at work."""
        self.scheduler.spawn(self._sweeps)
        self.ended = self.scheduler.run(self._over, limit_seconds)
        self.over_at = self.scheduler.now
        self.let_pass(30)

    def changed(self) -> None:
        """An execution or an invocation has ended: look again whether all is over."""
        self._look = True

    def _over(self) -> bool:
        if not self._look or self.executions.running or self.lambdas.at_work:
            return False
        self._look = False
        return all(meta["status"] == "closed" for meta in self.items.stored("meta"))

    def _sweeps(self) -> None:
        while not self.ended:
            self.scheduler.pause(SWEEP_SECONDS)
            if not self.ended:
                self.lambdas.invoke("Sweep", {})


@contextmanager
def world(
    sources: tuple[str, ...],
    strike: Strike | None = None,
    *,
    traffic: Traffic | None = None,
    transitions: Transitions | None = None,
) -> Iterator[World]:
    """A world with mappings of these sources, inside whose block time is virtual."""
    scheduler = Scheduler()
    mappings = MappingApi(lambda: scheduler.now, transitions or Transitions())
    lambdas = Lambdas(scheduler, TIMINGS)
    executions = Executions(scheduler, lambdas)
    items = Items()
    wire = Wire(scheduler, mappings, executions, items, strike, traffic or Traffic())
    made = World(scheduler, mappings, lambdas, executions, items, wire)
    for each in sources:
        made.add(workload.request(each))
    lambdas.changed = executions.changed = made.changed
    with clock.virtual(scheduler), account.connected(wire):
        try:
            yield made
        finally:
            scheduler.clear()
