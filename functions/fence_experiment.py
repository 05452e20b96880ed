"""Fence experiment: stop an experiment from outside, so that its targets can be put back."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.rescue.takeover import take_over

logger = Logger()
clients.prepare()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{input: {experiment_id, execution_arn?}}` → `{experiment_id, open, batches}`."""
    invocation = Invocation.of(context)
    fenced = invocation.run(take_over(event["input"], invocation.attempt))
    logger.info("experiment is fenced", extra=fenced)
    return fenced
