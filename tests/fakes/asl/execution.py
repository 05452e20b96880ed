"""Step Functions: runs the states that the product's definitions use, in virtual time."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from infra.definitions import load
from snapback.model.timings import Timings
from tests.fakes.asl.expressions import StatesError
from tests.fakes.asl.scopes import Retrying, Scope
from tests.fakes.lambdas import Lambdas, reported
from tests.fakes.scheduler import Scheduler, Signal, Task

STATE_SECONDS = 0.02
"""How long a transition takes."""


_OF_AN_EXECUTION = 2
_OF_A_STATE = {"Task": 5, "Parallel": 4, "Map": 4, "Fail": 1}
_OF_ANY_OTHER_STATE = 2
_OF_AN_ITERATION = 2
_OF_A_RETRY = 3
"""How many events the history has of each: that it was entered, scheduled, started, ended, left."""

_FUNCTION = re.compile(r"\$\{(\w+)\}")


@cache
def definition(machine: str, timings: Timings) -> Mapping[str, Any]:
    """The product's own definition; a resource is the plain name of its function."""
    loaded: Mapping[str, Any] = json.loads(_FUNCTION.sub(r"\1", load(machine, timings).text))
    return loaded


class Stopped(BaseException):
    """The execution, or this branch of it, is ended from outside."""


@dataclass(eq=False)
class Execution:
    """One execution; `entering` is told of each state before it runs.

    `events` counts those of its history, whose retries are of tasks; `data_bytes` is the JSON in them:
    what states and tasks were given, and what they answered.
    """

    scheduler: Scheduler
    lambdas: Lambdas
    definition: Mapping[str, Any]
    arn: str
    given: Any
    entering: Callable[["Execution", str], None]
    changed: Callable[[], None] = lambda: None
    status: str = "RUNNING"
    error: StatesError | None = None
    redriven: bool = False
    entered: list[str] = field(default_factory=list)
    retried: int = 0
    events: int = _OF_AN_EXECUTION
    data_bytes: int = 0
    ended: Signal = field(default_factory=Signal)
    branches: list[Task] = field(default_factory=list)
    root: Scope = field(init=False)

    def __post_init__(self) -> None:
        context = {"Execution": {"Id": self.arn, "Name": self.name}}
        self.root = Scope.begin(self.definition, self.given, context)
        self._drive()

    @property
    def name(self) -> str:
        """The last part of its ARN."""
        return self.arn.rsplit(":", 1)[1]

    @property
    def is_experiment(self) -> bool:
        """Whether it is no restore from outside."""
        return ":experiment:" in self.arn

    @property
    def transitions(self) -> int:
        """What Step Functions charges for: every state that was entered, and every retry."""
        return len(self.entered) + self.retried

    def redrive(self) -> None:
        """Go on where it was ended."""
        assert self.status not in ("RUNNING", "SUCCEEDED")
        self.status, self.error, self.redriven = "RUNNING", None, True
        self._drive()

    def stop(self, status: str = "ABORTED") -> None:
        """StopExecution, or the machine's own time-out: handlers at work go on."""
        if self.status == "RUNNING":
            self._end(status)
            self._stop_branches(self.branches)

    def _drive(self) -> None:
        self.branches = [self.scheduler.spawn(self._run, self)]
        self.scheduler.spawn(self._watch, self)

    def _watch(self) -> None:
        if not self.scheduler.wait(self.ended, self.definition["TimeoutSeconds"]):
            self.stop("TIMED_OUT")

    def _run(self) -> None:
        try:
            self._scope(self.root)
        except StatesError as error:
            self.error = error
            self._end("FAILED")
        else:
            self._end("SUCCEEDED")

    def _end(self, status: str) -> None:
        self.status = status
        self.scheduler.fire(self.ended)
        self.changed()

    def _stop_branches(self, branches: list[Task]) -> None:
        mine = self.scheduler.current
        for task in branches:
            if task is not mine and not task.over:
                self.scheduler.interrupt(task, Stopped())
        if mine in branches:
            raise Stopped

    def _scope(self, scope: Scope) -> None:
        while not scope.done:
            self.scheduler.pause(STATE_SECONDS)
            self.entered.append(scope.at)
            self.events += _OF_A_STATE.get(scope.state["Type"], _OF_ANY_OTHER_STATE)
            self.entering(self, scope.at)
            self._told(scope.input)
            self._state(scope)
            self._told(scope.latest)

    def _told(self, data: Any) -> None:
        self.data_bytes += len(json.dumps(data))

    def _state(self, scope: Scope) -> None:
        retrying = Retrying(scope.state.get("Retry", []))
        run = getattr(self, f"_{scope.state['Type'].lower()}")
        while True:
            try:
                run(scope, scope.state)
            except StatesError as error:
                pause = retrying.pause_after(error)
                if pause is not None:
                    self.retried += 1
                    self.events += _OF_A_RETRY
                    self.scheduler.pause(pause)
                elif scope.caught(error):
                    return
                else:
                    raise
            else:
                return

    def _task(self, scope: Scope, state: Mapping[str, Any]) -> None:
        asked = scope.value(state["Arguments"]) if "Arguments" in state else scope.input
        task = self.lambdas.invoke(state["Resource"], asked)
        if not task.over and not self.scheduler.wait(task.ended, state["TimeoutSeconds"]):
            raise StatesError("States.Timeout")
        self._told(asked)
        if task.error is not None:
            raise StatesError(*reported(task.error))
        self._told(task.result)
        scope.go_on(state, task.result, result=task.result)

    def _wait(self, scope: Scope, state: Mapping[str, Any]) -> None:
        self.scheduler.pause(scope.value(state["Seconds"]))
        scope.go_on(state, scope.input)

    def _pass(self, scope: Scope, state: Mapping[str, Any]) -> None:
        scope.go_on(state, scope.input)

    _succeed = _pass

    def _choice(self, scope: Scope, state: Mapping[str, Any]) -> None:
        for rule in state["Choices"]:
            if scope.value(rule["Condition"]) is True:
                scope.go_on(rule, scope.input)
                return
        scope.go_on({"Next": state["Default"]}, scope.input)

    def _fail(self, scope: Scope, state: Mapping[str, Any]) -> None:
        raise StatesError(scope.value(state["Error"]), scope.value(state["Cause"]))

    def _parallel(self, scope: Scope, state: Mapping[str, Any]) -> None:
        if scope.children is None:
            scope.children = [scope.inner(each, scope.input) for each in state["Branches"]]
        self._together(scope, state, scope.children, len(scope.children))

    def _map(self, scope: Scope, state: Mapping[str, Any]) -> None:
        if scope.children is None:
            scope.children = [
                self._iteration(scope, state, index, item)
                for index, item in enumerate(scope.value(state["Items"]))
            ]
            self.events += _OF_AN_ITERATION * len(scope.children)
        self._together(scope, state, scope.children, scope.value(state["MaxConcurrency"]))

    def _iteration(self, scope: Scope, state: Mapping[str, Any], index: int, item: Any) -> Scope:
        context = {**scope.context, "Map": {"Item": {"Index": index, "Value": item}}}
        outer = Scope(scope.states, scope.at, scope.input, context, scope.variables)
        return scope.inner(state["ItemProcessor"], outer.value(state["ItemSelector"]), **context)

    def _together(
        self, scope: Scope, state: Mapping[str, Any], children: list[Scope], at_once: int
    ) -> None:
        """Run what is not done yet; the first that fails ends the others, not their handlers."""
        left = [child for child in children if not child.done]
        running: list[Task] = []
        while left or running:
            while left and len(running) < at_once:
                child = left.pop(0)
                task = self.scheduler.spawn(partial(self._scope, child), self)
                running.append(task)
                self.branches.append(task)
            self._first_end(running)
            for task in [each for each in running if each.over]:
                running.remove(task)
                if task.error is not None:
                    self._stop_branches(running)
                    raise task.error
        output = [child.output for child in children]
        scope.go_on(state, output, result=output)

    def _first_end(self, running: list[Task]) -> None:
        if any(task.over for task in running):
            return
        either = Signal()
        for task in running:
            task.ended = either
        self.scheduler.wait(either)
