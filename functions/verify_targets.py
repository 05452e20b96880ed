"""Verify targets: compare every restored target with its snapshot, field by field."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.rescue.restoration import verify_all

logger = Logger()
clients.prepare(reads=("lambda",))


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id}` → `{verified, equal}`, both counts; what differs is for the report."""
    invocation = Invocation.of(context)
    counts = invocation.run(verify_all(event["experiment_id"], invocation.attempt))
    logger.info("targets are verified", extra=counts)
    return counts
