"""Virtual time: greenlets on one clock, woken in an order that is the same in every run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any

import greenlet

STARTS_AT = 1_800_000_000.0
"""The epoch second at which every run begins."""


@dataclass(eq=False)
class Task:
    """A greenlet, how it ended, and what it is a part of (`owner`)."""

    work: Callable[[], Any]
    owner: Any
    ended: "Signal"
    result: Any = None
    error: BaseException | None = None
    over: bool = False
    turn: int = 0
    raising: BaseException | None = None
    light: Any = None


@dataclass(eq=False)
class Signal:
    """Something that tasks wait for, and that happens once or often."""

    waiting: list[Task] = field(default_factory=list)


class Scheduler:
    """Runs tasks one at a time, each until it pauses; ties go to whoever was scheduled first."""

    def __init__(self) -> None:
        self.now = STARTS_AT
        self.current: Task | None = None
        self._order = count()
        self._queue: list[tuple[float, int, Task, int, Any]] = []
        self._tasks: list[Task] = []

    def spawn(self, work: Callable[[], Any], owner: Any = None) -> Task:
        """A task that begins at this moment, after what is already due."""
        task = Task(work, owner, Signal())
        self._tasks.append(task)
        self._push(0, task, None)
        return task

    def pause(self, seconds: float) -> None:
        """Let the current task sleep."""
        self._push(max(0.0, seconds), self._me, None)
        self._leave()

    def wait(self, signal: Signal, seconds: float | None = None) -> bool:
        """Wait for a signal; False if it did not come in time."""
        signal.waiting.append(self._me)
        if seconds is not None:
            self._push(max(0.0, seconds), self._me, False)  # noqa: FBT003
        try:
            return bool(self._leave())
        finally:
            if self._me in signal.waiting:
                signal.waiting.remove(self._me)

    def fire(self, signal: Signal) -> None:
        """Wake whoever waits for a signal."""
        waiting, signal.waiting = signal.waiting, []
        for task in waiting:
            self._push(0, task, True)  # noqa: FBT003

    def interrupt(self, task: Task, error: BaseException) -> None:
        """Raise an error in a task, at this moment, wherever it is; the current one raises it."""
        if task is self.current:
            raise error
        if task.over:
            return
        if task.light is None:
            self._finish(task, error)
        else:
            task.raising = error
            self._push(0, task, None)

    def run(self, over: Callable[[], bool], limit_seconds: float) -> bool:
        """Let things happen until it is over; False if that is not within the limit."""
        until = self.now + limit_seconds
        while not over():
            if not self._queue or self._queue[0][0] > until:
                self.now = until
                return False
            at, _, task, turn, value = heappop(self._queue)
            if task.over or turn != task.turn:
                continue
            self.now = at
            self._resume(task, value)
        return True

    def clear(self) -> None:
        """End every task that is left, without letting it do anything more."""
        self._queue.clear()
        for task in self._tasks:
            if not task.over and task.light is not None:
                task.light.throw(greenlet.GreenletExit)
        self._tasks.clear()

    @property
    def _me(self) -> Task:
        assert self.current is not None, "only a task can wait"
        return self.current

    def _push(self, seconds: float, task: Task, value: Any) -> None:
        entry = (self.now + seconds, next(self._order), task, task.turn, value)
        heappush(self._queue, entry)

    def _leave(self) -> Any:
        return greenlet.getcurrent().parent.switch()

    def _resume(self, task: Task, value: Any) -> None:
        task.turn += 1
        self.current = task
        try:
            if task.light is None:
                task.light = greenlet.greenlet(self._work)
                task.light.switch(task)
            elif task.raising is not None:
                error, task.raising = task.raising, None
                task.light.throw(error)
            else:
                task.light.switch(value)
        finally:
            self.current = None

    def _work(self, task: Task) -> None:
        try:
            task.result = task.work()
        except greenlet.GreenletExit:
            task.over = True
        except BaseException as error:  # noqa: BLE001  # a killed process is one of them
            self._finish(task, error)
        else:
            self._finish(task, None)

    def _finish(self, task: Task, error: BaseException | None) -> None:
        task.error, task.over = error, True
        self.fire(task.ended)
