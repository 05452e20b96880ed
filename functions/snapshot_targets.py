"""Snapshot targets: lock and read every target, and store it before anything is touched."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.model.records import Meta
from snapback.run.preparation import dry_run, prepare
from snapback.validate.handover import receive

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, execution_arn, experiment, targets, warnings}` → the rounds, or the dry run's plan."""
    invocation = Invocation.of(context).on(event["experiment"])
    timings = invocation.timings
    meta = Meta(
        experiment_id=event["experiment_id"],
        status="preparing",
        execution_arn=event["execution_arn"],
        experiment=event["experiment"],
        warnings=tuple(event["warnings"]),
        started_at=invocation.now(),
        deadline=invocation.until(timings.snapshot_targets_task_seconds),
    )
    step = dry_run if event["experiment"]["dry_run"] else prepare
    targets = invocation.run(receive(event["targets"]))
    prepared = invocation.run(step(meta, targets, timings, invocation.now))
    logger.info("targets are captured", extra={"targets": len(targets)})
    return prepared
