"""The HTTP boundary: every request of a handler is counted, and at one of them the fault strikes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from tests.fakes.cloud import faults
from tests.fakes.cloud.bystanders import SILENT, Answers
from tests.fakes.cloud.executions import Executions
from tests.fakes.cloud.mappings import MappingApi
from tests.fakes.dynamodb import Items
from tests.fakes.lambdas import Killed, Process, current_process
from tests.fakes.mappings import OPERATIONS
from tests.fakes.scheduler import Scheduler
from tests.fakes.traffic import REFUSED_SECONDS, Traffic
from tests.fakes.wire import Response, refusal

BUCKET = "reports"
"""The one bucket that there is."""

_MOTO = BotocoreStubber()
_KNOWN: dict[Any, Response] = {}
_process = BotocoreStubber.process_request
_A_METRIC = b"MetricStat"
_SERVICES = {"sfn": "stepfunctions", "dynamodb-streams": "dynamodbstreams"}
_READS = ("Get", "List", "Describe")


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

    `bystanders` answer in place of moto, `stored` holds what was put in the bucket, by its key, and
    `metrics` is how many GetMetricData was asked for. Whoever is no process of ours is answered at once
    and is not disturbed.
    """

    scheduler: Scheduler
    mappings: MappingApi
    executions: Executions
    items: Items
    strike: Strike | None = None
    traffic: Traffic = field(default_factory=Traffic)
    struck_at: float = 0
    seen: list[Seen] = field(default_factory=list)
    stored: dict[str, bytes] = field(default_factory=dict)
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
        if process is None:
            return _on_the_wire(request, self._effect(service, operation, request))
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
            answered = (
                self._answer(process, service, operation, request, fault)
                if passes
                else faults.throttled(service)
            )
            told = f"{answered[0]} {answered[1].get('x-amzn-errortype', '')} {fault}"
        except BaseException as error:
            told += f": {type(error).__name__}"
            raise
        finally:
            seen = Seen(self.scheduler.now, process.module, service, operation, told.rstrip())
            self.seen.append(seen)
        return _on_the_wire(request, answered)

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
        if operation == "PutObject":
            return self._put(request)
        if operation == "GetMetricData":
            self.metrics += request.body.count(_A_METRIC)
        if operation in self.bystanders:
            return self.bystanders[operation](request.body)
        return _elsewhere(operation, request)

    def _put(self, request: AWSPreparedRequest) -> Response:
        parts = urlsplit(request.url)
        if parts.netloc.split(".")[0] != BUCKET:
            return refusal("s3", 404, "NoSuchBucket")
        size, _, rest = request.body.read().partition(b"\r\n")
        self.stored[unquote(parts.path).lstrip("/")] = rest[: int(size, 16)]
        return 200, {}, ""


def _on_the_wire(request: AWSPreparedRequest, answered: Response) -> AWSResponse:
    status, headers, body = answered
    return AWSResponse(request.url, status, headers, MockRawResponse(body))


def _elsewhere(operation: str, request: Any) -> Response:
    """What moto answers; until something is changed there, each question is asked once."""
    if not operation.startswith(_READS):
        forget()
        return _by_moto(request)
    asked = (request.method, request.url, request.headers.get("X-Amz-Target"), request.body)
    if asked not in _KNOWN:
        _KNOWN[asked] = _by_moto(request)
    return _KNOWN[asked]


def _by_moto(request: Any) -> Response:
    status, headers, body = _process(_MOTO, request)  # type: ignore[misc]
    return status, dict(headers), body if isinstance(body, str) else body.decode()


def forget() -> None:
    """Ask moto anew."""
    _KNOWN.clear()
