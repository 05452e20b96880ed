"""Watch recovery: sample the targets after the restore until their backlog is handled."""

from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.run.window import watch

logger = Logger()
clients.prepare(reads=("lambda", "sqs"))


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id}` → `{over, wait_seconds, inject}`."""
    invocation = Invocation.of(context)
    seen = asdict(invocation.run(watch(event["experiment_id"], invocation.attempt)))
    logger.info("recovery is watched", extra={**event, **seen})
    return seen
