"""The removal of the stack while an experiment has its mappings away; it is the end of a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from prove.emptying import empty
from prove.evidence import Removal
from prove.gather.handler_logs import log_groups, read, since
from prove.gather.runs import entered, start
from prove.rows.operations import GUARD
from prove.stacks import described, remove
from prove.world import World

OPEN_SECONDS = 900
"""How long the window would stay open by itself."""
TARGETS = 2
_HANDLER = "Guard"


def removal(world: World) -> Iterator[Removal]:
    """Open a window, and delete the stack within it."""
    crowd = world.workload["CrowdName"]
    before = world.settings(crowd)
    uuids = [each["UUID"] for each in world.mappings(crowd)[:TARGETS]]
    arn = start(world, "removed", function_name=crowd, event_uuids=uuids,
                total_chaos_duration=OPEN_SECONDS)  # fmt: skip
    world.limit.until(lambda: entered(world, arn) == "Hold", "a window", world.pace.experiment)
    now = world.settings(crowd)
    away = sum(each not in now for each in before)
    stack = described(world.account, world.name)
    assert stack is not None  # noqa: S101  # its machine has just run
    watch = _Watch(world, str(stack["StackId"]), before)
    begun = time.monotonic()
    status = remove(world.account, world.name, "", world.limit, watch.look)
    watch.look()
    yield Removal(
        status=status,
        seconds=time.monotonic() - begun,
        targets_away=away,
        equal=watch.equal,
        order=tuple(dict.fromkeys(each["ResourceType"] for each in watch.gone())),
        left=tuple(sorted(watch.left())),
        denials=read(_HANDLER, watch.log).denials,
        log_lines=len(watch.log),
    )


class _Watch:
    """Looks at a stack that goes: compares the mappings when its guard is gone, and empties its bucket."""

    def __init__(self, world: World, stack_id: str, before: list[dict[str, Any]]) -> None:
        self._world, self._stack_id, self._before = world, stack_id, before
        self._guard_gone = False
        self._group = dict(log_groups(world)).get(_HANDLER, "")
        self._began_at = time.time()
        self.log: list[str] = []
        """The guard's own, as it was read last: it goes with the stack."""
        self.equal = False

    def look(self) -> None:
        """What is to be done at each look."""
        self.log = since(self._world, self._group, self._began_at) or self.log
        self._guard_gone = self._guard_gone or self._is_guard_gone()
        if not self._guard_gone:
            return
        empty(self._world.account, self._world.product["ReportsBucketName"])
        if not self.equal:  # a mapping that is back may still be Creating
            self.equal = self._world.settings(self._world.workload["CrowdName"]) == self._before

    def _is_guard_gone(self) -> bool:
        return any(each["ResourceType"] == GUARD for each in self.gone())

    def gone(self) -> list[dict[str, Any]]:
        """The events of resources that are deleted, in order."""
        return [each for each in self._events() if each["ResourceStatus"] == "DELETE_COMPLETE"]

    def left(self) -> set[str]:
        """The kinds of resources that the removal left."""
        kept = ("DELETE_SKIPPED", "DELETE_FAILED")
        last = {each["LogicalResourceId"]: each for each in self._events()}
        return {each["ResourceType"] for each in last.values() if each["ResourceStatus"] in kept}

    def _events(self) -> list[dict[str, Any]]:
        pages = self._world.aws("cloudformation").get_paginator("describe_stack_events")
        found = [
            each
            for page in pages.paginate(StackName=self._stack_id)
            for each in page["StackEvents"]
            if each["ResourceType"] != "AWS::CloudFormation::Stack"
        ]
        return sorted(found, key=lambda each: each["Timestamp"])
