"""Shows each mutant to the tests that may kill it, in copies of the project, until time is over."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Literal

import pytest

from tests.mutants.coverage import trace
from tests.mutants.every import Mutant
from tests.mutants.processes import Ended
from tests.mutants.tiers import Chosen, TracedFile, chosen, files_to_trace
from tests.mutants.workspace import Workspace, workspace

type Outcome = Literal["killed", "timed out", "survived", "equivalent"]

_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


class TimeIsOver(Exception):
    """Not even the tests without a mutant have all been run."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: the tier and the test that killed it, or the tests it has not met."""

    mutant: Mutant
    outcome: Outcome
    tier: str = ""
    by: str = ""
    seconds: float = 0
    unmet: tuple[Chosen, ...] = ()

    def __str__(self) -> str:
        how = f" by {self.tier}" if self.tier else " so far" if self.unmet else ""
        return f"{self.outcome}{how}, {self.seconds:.0f} s: {self.mutant.short}"


@dataclass(frozen=True, slots=True)
class Session:
    """Where a session works, for how long, and to whom it tells its progress."""

    root: Path
    kept_in: Path
    processes: int
    seconds: float
    tell: Callable[[str], None]

    async def run(self, mutants: Sequence[Mutant]) -> list[Result]:
        """Judge as many mutants as there is time for; TimeIsOver before the first one."""
        deadline = asyncio.get_running_loop().time() + self.seconds
        with ExitStack() as stack:
            places = [stack.enter_context(workspace(self.root)) for _ in range(self.processes)]
            files = await self._trace(places, deadline)
            first = await self._meet_first(places, deadline, mutants, files)
            last = await self._meet_rest(places, deadline, [each for each in first if each.unmet])
        return [*{each.mutant: each for each in (*first, *last)}.values()]

    async def _trace(self, places: Sequence[Workspace], deadline: float) -> list[TracedFile]:
        paths = files_to_trace(self.root)

        async def work(place: Workspace, path: str) -> TracedFile:
            return await trace(place, path, self.kept_in)

        self.tell(f"which lines {len(paths)} test files run: traced where it is not known")
        found = await _work_through(places, deadline, paths, work)
        if len(found) < len(paths):
            raise TimeIsOver(f"only {len(found)} of {len(paths)} test files are traced")
        return found

    async def _meet_first(
        self,
        places: Sequence[Workspace],
        deadline: float,
        mutants: Sequence[Mutant],
        files: Sequence[TracedFile],
    ) -> list[Result]:
        numbers = count(1)

        async def work(place: Workspace, mutant: Mutant) -> Result:
            first, rest = chosen(self.root, mutant, files)
            result = await meet(place, Result(mutant, "survived", unmet=rest), first)
            self.tell(f"{next(numbers)}/{len(mutants)}  {result}")
            return result

        return await _work_through(places, deadline, mutants, work)

    async def _meet_rest(
        self, places: Sequence[Workspace], deadline: float, results: Sequence[Result]
    ) -> list[Result]:
        numbers = count(1)

        async def work(place: Workspace, before: Result) -> Result:
            result = await meet(place, replace(before, unmet=()), before.unmet)
            self.tell(f"again {next(numbers)}/{len(results)}  {result}")
            return result

        return await _work_through(places, deadline, results, work)


async def meet(place: Workspace, before: Result, tests: Iterable[Chosen]) -> Result:
    """Run one part of the tests after another, until one of them fails."""
    seconds = before.seconds
    with place.mutated(before.mutant):
        for each in tests:
            ended = await _run(place, each)
            seconds += ended.seconds
            if ended.code is None:
                return Result(before.mutant, "timed out", each.tier, seconds=seconds)
            if ended.code != 0:
                failed = _FAILED.search(ended.output)
                by = failed[1] if failed else ""
                return Result(before.mutant, "killed", each.tier, by, seconds)
    return replace(before, seconds=seconds)


async def _run(place: Workspace, tests: Chosen) -> Ended:
    """Run tests; where the mutant changes how tests are named, all of their files."""
    ended = await place.pytest(tests.names, tests.limit)
    if ended.code == pytest.ExitCode.USAGE_ERROR:
        files = dict.fromkeys(name.partition("::")[0] for name in tests.names)
        return await place.pytest([*files], tests.limit)
    return ended


async def _work_through[Item, Done](
    places: Iterable[Workspace],
    deadline: float,
    items: Iterable[Item],
    work: Callable[[Workspace, Item], Awaitable[Done]],
) -> list[Done]:
    """Work on all items, one at a time in each place; what is unfinished at the deadline is dropped."""
    waiting = iter(items)
    done: list[Done] = []

    async def worker(place: Workspace) -> None:
        for item in waiting:
            try:
                async with asyncio.timeout_at(deadline):
                    done.append(await work(place, item))
            except TimeoutError:
                return

    try:
        async with asyncio.TaskGroup() as group:
            for place in places:
                group.create_task(worker(place))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return done
