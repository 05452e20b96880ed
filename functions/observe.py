"""Observe: sample the targets during the window, and say whether it is over."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.run.window import observe

logger = Logger()
clients.prepare(reads=("lambda", "sqs", "ssm"))


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, round}` → `{over, wait_seconds, inject}`."""
    invocation = Invocation.of(context)
    switch = invocation.settings.kill_switch_parameter
    step = observe(event["experiment_id"], event["round"], switch, invocation.attempt)
    seen = asdict(invocation.run(step))
    logger.info("window is observed", extra={**event, **seen})
    return seen
