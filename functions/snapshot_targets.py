"""Snapshot targets: lock and read every target, and store it before anything is touched."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.run.crowd import Caps
from snapback.run.preparation import Asked, snapshot_targets

logger = Logger()
clients.prepare(reads=("lambda", "sqs"))


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, execution_arn, experiment, targets, warnings}` → the rounds, or the dry run's plan."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    caps = Caps(settings.max_open_experiments, settings.max_open_targets)
    prepared = invocation.run(snapshot_targets(Asked(**event), invocation.attempt, caps))
    logger.info("targets are captured", extra={"targets": len(event["targets"])})
    return prepared
