"""An account with Snapback in it, and one workload to experiment on, wherever it is."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from snapback.faults.mappings.mapping import POSITION
from tests.fakes.lambdas import Context, Handler, Replacement
from tests.fakes.mappings import IDENTITY


class Platform(Protocol):
    """What runs the machines and the handlers, and on whose clock."""

    @property
    def uuids(self) -> dict[str, str]:
        """The mappings at the start, by their source."""

    @property
    def replaced(self) -> dict[str, Replacement]:
        """What runs in place of a handler, by its module."""

    @property
    def refused(self) -> set[str]:
        """What a role did not allow."""

    @property
    def hurried_seconds(self) -> int:
        """How long a task may take that is meant to time out."""

    @property
    def busy(self) -> bool:
        """Whether any handler is at work."""

    def start(self, machine: str, asked: Any, name: str) -> str:
        """Start an execution; answers its ARN. Without a name it is given one."""

    def describe(self, execution: str) -> dict[str, Any]:
        """As DescribeExecution answers, except for times."""

    def stop(self, execution: str) -> None:
        """As StopExecution does."""

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Run a function by itself to its end; raises what it raises."""

    def until(self, reached: Callable[[], Any], what: str) -> None:
        """Let time pass until something has happened."""

    def hang(self) -> None:
        """Let a handler do nothing until the test or the handler is over."""

    def set_timings(self, **seconds: int) -> None:
        """Let some timings of machines and functions differ from now on."""

    def settled(self) -> list[dict[str, Any]]:
        """Every mapping with its tags, once all are at rest."""

    def mappings(self) -> list[dict[str, Any]]:
        """Every mapping that is not being deleted."""

    def items(self) -> list[dict[str, Any]]:
        """Everything that is stored in the table."""

    def put(self, item: dict[str, Any]) -> None:
        """Store an item as it is."""


@dataclass(frozen=True)
class Execution:
    """An execution that was started."""

    arn: str
    platform: Platform

    @property
    def name(self) -> str:
        """The last part of its ARN."""
        return self.arn.rsplit(":", 1)[-1]

    def stop(self) -> None:
        """Stop it."""
        self.platform.stop(self.arn)


@dataclass
class Account:
    """Short ways to use a platform, and to disturb it."""

    platform: Platform

    @property
    def uuids(self) -> dict[str, str]:
        """The mappings at the start, by their source."""
        return self.platform.uuids

    @property
    def replaced(self) -> dict[str, Replacement]:
        """What runs in place of a handler, by its module."""
        return self.platform.replaced

    def start(self, machine: str, asked: Any, name: str = "") -> Execution:
        """Start an execution."""
        return Execution(self.platform.start(machine, asked, name), self.platform)

    def result(self, execution: Execution | str) -> dict[str, Any]:
        """Its description once it has ended."""
        arn = execution if isinstance(execution, str) else execution.arn
        self.until(lambda: self.platform.describe(arn)["status"] != "RUNNING", "the execution ends")
        return self.platform.describe(arn)

    def run(self, machine: str, asked: Any, name: str = "") -> dict[str, Any]:
        """Start an execution, and let time pass until it has ended."""
        return self.result(self.start(machine, asked, name))

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Run a function by itself to its end."""
        return self.platform.invoke(function, event)

    def until(self, reached: Callable[[], Any], what: str) -> None:
        """Let time pass until something has happened."""
        self.platform.until(reached, what)

    def idle(self) -> None:
        """Let time pass until no handler is at work."""
        self.until(lambda: not self.platform.busy, "every handler has ended")

    def mappings(self) -> list[dict[str, Any]]:
        """Every mapping that is not being deleted."""
        return self.platform.mappings()

    def state(self) -> list[dict[str, Any]]:
        """Every mapping's settings, state and tags once it is at rest, without its identity."""
        left_out = {*IDENTITY, *POSITION}
        kept = [
            {name: value for name, value in each.items() if name not in left_out}
            for each in self.platform.settled()
        ]
        return sorted(kept, key=lambda each: str(each["EventSourceArn"]))

    def items(self, kind: str, experiment_id: str = "") -> list[dict[str, Any]]:
        """The stored items of a kind: `meta`, `target#`, `sample#`, `lock`, `report`."""
        return [
            each
            for each in self.platform.items()
            if each["sk"].startswith(kind) and each["pk"].endswith(experiment_id)
        ]

    def put(self, item: dict[str, Any]) -> None:
        """Store an item as it is."""
        self.platform.put(json.loads(json.dumps(item, default=float), parse_float=Decimal))

    def open(self) -> list[str]:
        """The experiments that are not closed, and the locks that are held."""
        experiments = [each for each in self.items("meta") if each["status"] != "closed"]
        return [str(each["pk"]) for each in (*experiments, *self.items("lock"))]

    def hurry(self, module: str) -> None:
        """Let the tasks of a handler time out soon."""
        seconds = {f"{module}_task_seconds": self.platform.hurried_seconds}
        self.platform.set_timings(**seconds)

    def fail_once(self, module: str, error: Exception | None, *, before: bool) -> None:
        """Let the first run of a handler raise, or not answer in time, before or after its work."""
        first = [True]
        if error is None:
            self.hurry(module)

        def replacement(handler: Handler, event: dict[str, Any], context: Context) -> Any:
            if not first:
                return handler(event, context)
            first.clear()
            if not before:
                handler(event, context)
            if error is not None:
                raise error
            return self.platform.hang()

        self.replaced[module] = replacement

    def fail_always(self, module: str, error: Exception) -> None:
        """Let every run of a handler raise, before its work."""

        def replacement(_handler: Handler, _event: dict[str, Any], _context: Context) -> Any:
            raise error

        self.replaced[module] = replacement
