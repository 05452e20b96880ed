"""The account in virtual time: our interpreter, table and mapping API, and the product's timings."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from snapback.model.effects import Key
from tests.fakes import roles, workload
from tests.fakes.cloud.mappings import seen
from tests.fakes.cloud.world import LIMIT_SECONDS, World, world
from tests.fakes.lambdas import Replacement
from tests.fakes.mappings import described

_FOREVER = 10**6


@dataclass
class Virtual:
    """A platform on a world: time passes where a test asks for it, and nowhere else."""

    world: World
    uuids: dict[str, str]
    refused: set[str] = field(default_factory=set)
    hurried_seconds: int = 20

    @property
    def replaced(self) -> dict[str, Replacement]:
        return self.world.lambdas.replaced

    @property
    def busy(self) -> bool:
        return bool(self.world.lambdas.at_work)

    def start(self, machine: str, asked: Any, name: str) -> str:
        executions = self.world.executions
        return executions.start(machine, asked, name or f"run-{len(executions.all)}").arn

    def describe(self, execution: str) -> dict[str, Any]:
        found = self.world.executions.all[execution]
        told = {"name": found.name, "executionArn": found.arn, "status": found.status}
        if found.error is not None:
            return {**told, "error": found.error.name, "cause": found.error.cause}
        return {**told, "output": json.dumps(found.root.output)}

    def stop(self, execution: str) -> None:
        self.world.executions.all[execution].stop()

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        task = self.world.lambdas.invoke(function, event)
        self.until(lambda: task.over, f"{function} ends")
        if task.error is not None:
            raise task.error
        return task.result

    def until(self, reached: Callable[[], Any], what: str) -> None:
        assert self.world.scheduler.run(reached, LIMIT_SECONDS), f"it never happened: {what}"

    def hang(self) -> None:
        time.sleep(_FOREVER)

    def set_timings(self, **seconds: int) -> None:
        self.world.lambdas.timings = replace(self.world.lambdas.timings, **seconds)

    def settled(self) -> list[dict[str, Any]]:
        while not all(each.settled for each in self.world.mappings.live()):
            self.world.let_pass(1)
        return [seen(each) for each in self.world.mappings.live()]

    def mappings(self) -> list[dict[str, Any]]:
        return [described(each) for each in self.world.mappings.live() if each.live]

    def items(self) -> list[dict[str, Any]]:
        return self.world.items.stored("")

    def put(self, item: dict[str, Any]) -> None:
        self.world.items.all[Key(item["pk"], item["sk"])] = item


@contextmanager
def virtual() -> Iterator[Virtual]:
    """Inside, time is virtual, and the workload is as new."""
    with world(tuple(workload.SETTINGS)) as made:
        platform = Virtual(made, dict(zip(workload.SETTINGS, made.uuids, strict=True)))
        made.lambdas.acting = roles.acting_as
        with roles.enforced(platform.refused):
            workload.opt_in()
            yield platform
