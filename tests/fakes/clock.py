"""Lets handlers, the driver and the SDK's own retries read and sleep on the virtual clock."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from botocore.retries import quota

from tests.fakes.lambdas import current_process
from tests.fakes.scheduler import Scheduler


@contextmanager
def virtual(scheduler: Scheduler) -> Iterator[None]:
    """Inside, `time` and the SDK's jitter are the scheduler's: every run goes the same way.

    Each process has retry quotas of its own, although all of them use the same clients.
    """
    random.seed(7)
    left: dict[Any, int] = {}

    def now() -> float:
        return scheduler.now

    def capacity(of: quota.RetryQuota) -> int:
        return left.get((of, current_process(scheduler)), of._max_capacity)

    def keep(of: quota.RetryQuota, amount: int) -> None:
        vars(of).setdefault("_available_capacity", amount)
        left[of, current_process(scheduler)] = amount

    def sleep(seconds: float) -> None:
        process = current_process(scheduler)
        assert process is not None, "only a handler sleeps"
        process.pause(seconds)

    with (
        mock.patch.object(time, "time", now),
        mock.patch.object(time, "monotonic", now),
        mock.patch.object(time, "sleep", sleep),
        mock.patch.object(
            quota.RetryQuota, "_available_capacity", property(capacity, keep), create=True
        ),
    ):
        yield
