"""Watch recovery: sample the targets after the restore until their backlog is handled."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.protocol.lifecycle import load
from snapback.run.window import watch

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id}` → `{over, wait_seconds}`."""
    invocation = Invocation.of(context)
    meta = invocation.run(load(event["experiment_id"]))
    step = watch(meta, invocation.timings, invocation.now)
    seen = invocation.on(meta.experiment).run(step)
    logger.info("recovery is watched", extra={**event, **seen})
    return seen
