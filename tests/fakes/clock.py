"""Lets handlers, the driver and the SDK's own retries read and sleep on the virtual clock."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from botocore.retries import quota

from tests.fakes.lambdas import current_process
from tests.fakes.scheduler import Scheduler

_quotas: list[quota.RetryQuota] = []


@contextmanager
def virtual(scheduler: Scheduler) -> Iterator[None]:
    """Inside, `time` and the SDK's jitter are the scheduler's: every run goes the same way."""
    random.seed(7)
    for each in _quotas:
        each._available_capacity = each._max_capacity

    def now() -> float:
        return scheduler.now

    def sleep(seconds: float) -> None:
        process = current_process(scheduler)
        assert process is not None, "only a handler sleeps"
        process.pause(seconds)

    with (
        mock.patch.object(time, "time", now),
        mock.patch.object(time, "monotonic", now),
        mock.patch.object(time, "sleep", sleep),
    ):
        yield


@contextmanager
def remembered_quotas() -> Iterator[None]:
    """Inside, the retry quotas of new clients are remembered: a new run finds them full."""
    create = quota.RetryQuota.__init__

    def remember(made: quota.RetryQuota, *args: int, **kwargs: int) -> None:
        create(made, *args, **kwargs)
        _quotas.append(made)

    with mock.patch.object(quota.RetryQuota, "__init__", remember):
        yield
    _quotas.clear()
