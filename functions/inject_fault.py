"""Inject fault: break the targets of one batch, one after another, each with one call."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.protocol.lifecycle import load
from snapback.rescue.interruption import may_inject
from snapback.run.window import inject_batch

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, round, batch}` → `{injected}`, how many targets are affected."""
    invocation = Invocation.of(context)
    meta = invocation.run(load(event["experiment_id"]))
    invocation = invocation.on(meta.experiment)
    invocation.run(may_inject(meta, invocation.settings.kill_switch_parameter))
    timings = invocation.timings
    attempt, now = invocation.attempt(), invocation.now
    step = inject_batch(meta, event["round"], event["batch"], attempt, timings, now)
    injected = invocation.run(step)
    logger.info("fault is injected", extra={**event, "injected": injected})
    return {"injected": injected}
