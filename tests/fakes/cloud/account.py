"""The account that every run starts from: deployed once in a process, and emptied between runs."""

import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from io import StringIO
from typing import Any
from unittest import mock

from botocore.awsrequest import AWSRequest
from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber

from tests.fakes import workload
from tests.fakes.cloud import wire
from tests.fakes.cloud.executions import arn_of
from tests.fakes.cloud.wire import BUCKET, Wire

REGION = "eu-west-1"
ALARM = "too-many-errors"
"""A stop alarm that never rings."""

PRINTED = StringIO()
"""What the handlers of the latest run printed; a logger keeps the stream that it was made with."""

ENVIRONMENT = {
    **workload.ENVIRONMENT,
    "RESTORE_STATE_MACHINE_ARN": arn_of("restore"),
    "AWS_DEFAULT_REGION": REGION,
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "TIMINGS": "{}",
    "REPORTS_BUCKET": BUCKET,
    "REPORT_TOPIC_ARN": f"arn:aws:sns:{REGION}:{DEFAULT_ACCOUNT_ID}:reports",
}
"""What the functions are told."""


@contextmanager
def deployed(log_level: str = "CRITICAL") -> Iterator[None]:
    """Inside, the account exists, and this process has the environment of its functions."""
    environment = {**ENVIRONMENT, "POWERTOOLS_LOG_LEVEL": log_level}
    with mock.patch.dict(os.environ, environment), warnings.catch_warnings(), mocked():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def mocked() -> Iterator[None]:
    """Inside, the account exists; its requests go to the wire of the run, see `connected`."""
    with ExitStack() as stack:
        stack.enter_context(mock_aws(config={"lambda": {"use_docker": False}}))
        workload.forget_clients()
        with mock.patch.dict(os.environ, {"AWS_DEFAULT_REGION": REGION}):
            _deploy()
        try:
            yield
        finally:
            workload.forget_clients()


def _unread(_agent: UserAgentString) -> str:
    """What nobody looks at, but costs a tenth of each request."""
    return "snapback"


def _scoped(signer: RequestSigner, _operation: str, request: AWSRequest, **_: Any) -> None:
    """What moto reads of a signature: the Region and the service; the rest costs a tenth too."""
    scope = f"{signer.region_name}/{signer.signing_name}"
    request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential=any/day/{scope}/aws4_request"


@contextmanager
def connected(to: Wire) -> Iterator[None]:
    """Inside, every request goes over this wire, and what handlers print is in `PRINTED`."""
    PRINTED.seek(0)
    PRINTED.truncate()

    def answer(_: BotocoreStubber, event_name: str, request: Any, **__: Any) -> Any:
        return to.answer(event_name, request)

    with (
        mock.patch.object(BotocoreStubber, "__call__", answer),
        mock.patch.object(UserAgentString, "to_string", _unread),
        mock.patch.object(RequestSigner, "sign", _scoped),
        redirect_stdout(PRINTED),
    ):
        yield


def _deploy() -> None:
    workload.deploy()
    workload.opt_in()
    wire.forget()
    workload.alarm(ALARM)
