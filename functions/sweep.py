"""Sweep: every minute, restore each open experiment that nothing else is restoring."""

import random
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from aws import clients
from aws.invocation import Context, Invocation
from snapback.rescue.sweeping import sweep_all

logger = Logger()
metrics = Metrics()
clients.prepare(reads=("ssm",))


@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:  # noqa: ARG001
    """`{}` → `{open, rescued, unrestored}`, all counts, which are also its metrics."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    switch, machine = settings.kill_switch_parameter, settings.restore_state_machine_arn
    swept = invocation.run(sweep_all(switch, machine, invocation.attempt, _shuffled))
    metrics.add_metric("Sweeps", MetricUnit.Count, int(swept.complete))
    metrics.add_metric("OpenExperiments", MetricUnit.Count, swept.open)
    metrics.add_metric("UnrestoredTargets", MetricUnit.Count, swept.unrestored)
    logger.info("swept", extra={**swept.counts, "errors": swept.errors})
    return swept.counts


def _shuffled(numbers: Sequence[int]) -> list[int]:
    return random.sample(numbers, len(numbers))
