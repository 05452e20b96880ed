"""The account that every run starts from: deployed once in a process, and emptied between runs."""

import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from io import StringIO
from typing import Any
from unittest import mock

import boto3
from botocore.useragent import UserAgentString
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber

from tests.crash_matrix import wire
from tests.crash_matrix.executions import arn_of
from tests.crash_matrix.wire import Wire
from tests.fakes import workload

REGION = "eu-west-1"
SOURCES = ("stream", "queue", "paused")
"""In the order in which they become targets: an experiment on one target takes the stream."""
ALARM = "too-many-errors"
"""A stop alarm that never rings."""

PRINTED = StringIO()
"""What the handlers of the latest run printed; a logger keeps the stream that it was made with."""

_ENVIRONMENT = {
    **workload.ENVIRONMENT,
    "RESTORE_STATE_MACHINE_ARN": arn_of("restore"),
    "AWS_DEFAULT_REGION": REGION,
    "TIMINGS": "{}",
    "REPORTS_BUCKET": "reports",
    "REPORT_TOPIC_ARN": f"arn:aws:sns:{REGION}:{DEFAULT_ACCOUNT_ID}:reports",
}


@contextmanager
def deployed(log_level: str = "CRITICAL") -> Iterator[None]:
    """Inside, the account exists; its requests go to the wire of the run, see `connected`."""
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(
            mock.patch.dict(os.environ, {**_ENVIRONMENT, "POWERTOOLS_LOG_LEVEL": log_level})
        )
        stack.enter_context(mock_aws(config={"lambda": {"use_docker": False}}))
        workload.forget_clients()
        _deploy()
        stack.enter_context(mock.patch.object(UserAgentString, "to_string", _unread))
        try:
            yield
        finally:
            workload.forget_clients()


def _unread(_agent: UserAgentString) -> str:
    """What nobody looks at, but costs a tenth of each request."""
    return "snapback"


@contextmanager
def connected(to: Wire) -> Iterator[None]:
    """Inside, every request goes over this wire, and what handlers print is in `PRINTED`."""
    PRINTED.seek(0)
    PRINTED.truncate()

    def answer(_: BotocoreStubber, event_name: str, request: Any, **__: Any) -> Any:
        return to.answer(event_name, request)

    answered = mock.patch.object(BotocoreStubber, "__call__", answer)
    with answered, redirect_stdout(PRINTED):
        yield


def _deploy() -> None:
    """The workload may be there already, where another suite of this process has made it."""
    known = boto3.client("sqs").list_queues(QueueNamePrefix="queue").get("QueueUrls")
    if not known:
        workload.deploy()
    workload.opt_in()
    wire.forget()
    workload.alarm(ALARM)
