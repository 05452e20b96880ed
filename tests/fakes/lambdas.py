"""Lambda: each invocation is a process of its own, which may be killed between any two steps."""

import importlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from infra.definitions import module_of
from snapback.model.timings import Timings
from tests.fakes.scheduler import Scheduler, Task

STARTS_WITHIN_SECONDS = 0.05
"""How long an invocation takes to begin."""


class Killed(BaseException):
    """The process is no more; Lambda reports it under this name."""


class Throttled(Exception):
    """The account runs as many functions as it may; nothing was started."""


@dataclass(eq=False)
class Context:
    """What Lambda passes beside the event."""

    aws_request_id: str
    function_name: str
    ends_at: float
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:snapback"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends this invocation."""
        return int((self.ends_at - time.time()) * 1000)


@dataclass(eq=False, kw_only=True)
class Process(Context):
    """One invocation in virtual time, which is also the context that its handler is given."""

    scheduler: Scheduler
    module: str
    task: Task = field(init=False)

    def pause(self, seconds: float) -> None:
        """Sleep; at the function's time-out the process is killed in its sleep."""
        left = self.ends_at - self.scheduler.now
        self.scheduler.pause(min(seconds, left))
        if seconds >= left:
            raise Killed("Sandbox.Timedout")


type Handler = Callable[[dict[str, Any], Context], Any]
type Replacement = Callable[[Handler, dict[str, Any], Context], Any]
"""Runs in place of a handler, which it is given."""


def _as_it_is(handler: Handler, event: dict[str, Any], context: Context) -> Any:
    return handler(event, context)


def _by_anyone(_module: str, handler: Handler) -> Handler:
    return handler


def current_process(scheduler: Scheduler) -> Process | None:
    """The process that is running now, if one is."""
    owner = scheduler.current.owner if scheduler.current else None
    return owner if isinstance(owner, Process) else None


@dataclass(frozen=True, slots=True)
class Ran:
    """An invocation that has ended: epoch seconds, bytes of JSON, and the error's name if it failed."""

    module: str
    began_at: float
    ended_at: float
    event_bytes: int
    answer_bytes: int
    error: str = ""


@dataclass
class Lambdas:
    """Runs the real handlers; `invoked` are their modules and batches, `at_work` who has not ended.

    `ran` are those that have ended; `quota` is how many may be at work at once, `replaced[module]` runs
    in place of a handler, and `acting` gives a handler the role of its module.
    """

    scheduler: Scheduler
    timings: Timings
    quota: int = 1000
    invoked: list[tuple[str, int | None]] = field(default_factory=list)
    at_work: list[Process] = field(default_factory=list)
    ran: list[Ran] = field(default_factory=list)
    replaced: dict[str, Replacement] = field(default_factory=dict)
    acting: Callable[[str, Handler], Handler] = _by_anyone
    changed: Callable[[], None] = lambda: None

    def invoke(self, function: str, event: Any) -> Task:
        """Start an invocation; its task ends with the answer, or with what the handler met."""
        if len(self.at_work) >= self.quota:
            return self.scheduler.spawn(_throttled)
        module = module_of(function)
        self.invoked.append((module, event.get("batch")))
        process = Process(
            scheduler=self.scheduler,
            module=module,
            aws_request_id=f"request-{len(self.invoked)}",
            ends_at=self.scheduler.now + getattr(self.timings, f"{module}_function_seconds"),
            function_name=function,
        )
        asked = json.dumps(event)
        process.task = self.scheduler.spawn(lambda: self._run(process, asked), process)
        self.at_work.append(process)
        return process.task

    def _run(self, process: Process, asked: str) -> Any:
        answer = error = ""
        began = self.scheduler.now + STARTS_WITHIN_SECONDS
        try:
            process.pause(STARTS_WITHIN_SECONDS)
            handler = self.acting(process.module, importlib.import_module(process.module).handler)
            run = self.replaced.get(process.module, _as_it_is)
            answer = json.dumps(run(handler, json.loads(asked), process))
            return json.loads(answer)
        except BaseException as failure:
            error = reported(failure)[0]
            raise
        finally:
            now = self.scheduler.now
            self.ran.append(Ran(process.module, began, now, len(asked), len(answer), error))
            self.at_work.remove(process)
            self.changed()


def _throttled() -> None:
    raise Throttled


def reported(error: BaseException) -> tuple[str, str]:
    """The error name and cause that Step Functions is told of a failed invocation."""
    if isinstance(error, Throttled):
        return "Lambda.TooManyRequestsException", "Rate Exceeded."
    if isinstance(error, Killed):
        return cast("str", error.args[0]), "the process ended"
    return type(error).__name__, str(error)
