"""The HTTP boundary: every request of a handler is counted, and at one of them the fault strikes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from tests.crash_matrix import faults
from tests.crash_matrix.bystanders import SILENT, Answers
from tests.crash_matrix.executions import Executions
from tests.crash_matrix.mappings import MappingApi
from tests.fakes.dynamodb import Items
from tests.fakes.lambdas import Killed, Process, current_process
from tests.fakes.mappings import OPERATIONS
from tests.fakes.scheduler import Scheduler
from tests.fakes.traffic import REFUSED_SECONDS, Traffic
from tests.fakes.wire import Response

_MOTO = BotocoreStubber()
_KNOWN: dict[Any, Response] = {}
_elsewhere = BotocoreStubber.process_request
_A_METRIC = b"MetricStat"
_SERVICES = {"sfn": "stepfunctions", "dynamodb-streams": "dynamodbstreams"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One request of a handler: when, by which handler, what for, and how it was answered."""

    at: float
    module: str
    service: str
    operation: str
    answer: str


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault at the request of this number; `pause_seconds` is a process that only sleeps there."""

    index: int
    fault: str
    pause_seconds: float = 0


@dataclass
class Wire:
    """Answers the requests of the processes; `struck_at` is when the fault struck, if it did.

    `bystanders` answer in place of moto; `metrics` is how many GetMetricData was asked for.
    """

    scheduler: Scheduler
    mappings: MappingApi
    executions: Executions
    items: Items
    strike: Strike | None = None
    traffic: Traffic = field(default_factory=Traffic)
    struck_at: float = 0
    seen: list[Seen] = field(default_factory=list)
    counted: int = 0
    metrics: int = 0
    throttled_until: dict[str, float] = field(default_factory=dict)
    on_strike: Callable[[], None] = lambda: None
    bystanders: Answers = field(default_factory=lambda: SILENT)

    def answer(self, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        """Answer one request, or raise what a process or its SDK meets instead."""
        _, shown, operation = event_name.split(".")
        service = _SERVICES.get(shown, shown)
        process = current_process(self.scheduler)
        assert process is not None, "only a handler sends requests"
        strikes = self.strike is not None and self.strike.index == self.counted
        self.counted += 1
        passes = self.traffic.admits(service, operation, self.scheduler.now)
        takes = self.traffic.seconds_of(service, operation) if passes else REFUSED_SECONDS
        process.pause(takes)
        fault = self.strike.fault if self.strike and strikes else ""
        if strikes:
            self.struck_at = self.scheduler.now
            self.on_strike()
        told = fault
        try:
            if not passes:
                status, headers, body = faults.throttled(service)
            else:
                status, headers, body = self._answer(process, service, operation, request, fault)
            told = f"{status} {headers.get('x-amzn-errortype', '')} {fault}"
        except BaseException as error:
            told += f": {type(error).__name__}"
            raise
        finally:
            seen = Seen(self.scheduler.now, process.module, service, operation, told.rstrip())
            self.seen.append(seen)
        return AWSResponse(request.url, status, headers, MockRawResponse(body))

    def _answer(
        self, process: Process, service: str, operation: str, request: Any, fault: str
    ) -> Response:
        if fault == "killed before":
            raise Killed("Runtime.ExitError")
        if fault == "paused before" and self.strike:
            process.pause(self.strike.pause_seconds)
        if fault == "throttled":
            self.throttled_until[service] = self.scheduler.now + faults.THROTTLED_SECONDS
        if self.scheduler.now < self.throttled_until.get(service, 0):
            return faults.throttled(service)
        if fault == "5xx":
            return faults.failed(service)
        if fault == "denied":
            return faults.denied(service)
        answered = self._effect(service, operation, request)
        if fault == "killed after":
            raise Killed("Runtime.ExitError")
        if fault == "paused after" and self.strike:
            process.pause(self.strike.pause_seconds)
        if fault == "cut":
            raise ConnectionClosedError(endpoint_url=request.url)
        return answered

    def _effect(self, service: str, operation: str, request: Any) -> Response:
        if operation in OPERATIONS and ":function:" not in unquote(urlsplit(request.url).path):
            return self.mappings.answer(operation, request.url, request.body)
        if service == "dynamodb":
            return self.items.answer(operation, json.loads(request.body))
        if service == "stepfunctions":
            return self.executions.answer(operation, json.loads(request.body))
        if operation == "GetMetricData":
            self.metrics += request.body.count(_A_METRIC)
        if operation in self.bystanders:
            return self.bystanders[operation](request.body)
        return self._unchanging(request)

    def _unchanging(self, request: Any) -> Response:
        """What moto answers; nothing of it changes in any run, so it is asked once."""
        asked = (request.method, request.url, request.headers.get("X-Amz-Target"), request.body)
        if asked not in _KNOWN:
            status, headers, body = _elsewhere(_MOTO, request)  # type: ignore[misc]
            _KNOWN[asked] = status, dict(headers), body if isinstance(body, str) else body.decode()
        return _KNOWN[asked]


def forget() -> None:
    """Ask moto anew."""
    _KNOWN.clear()
