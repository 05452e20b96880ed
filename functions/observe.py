"""Observe: sample the targets during the window, and say whether it is over."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.protocol.lifecycle import load
from snapback.rescue.interruption import may_go_on
from snapback.run.window import observe

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, round}` → `{over, wait_seconds}`."""
    invocation = Invocation.of(context)
    meta = invocation.run(load(event["experiment_id"]))
    invocation = invocation.on(meta.experiment)
    invocation.run(may_go_on(meta, invocation.settings.kill_switch_parameter))
    step = observe(meta, event["round"], invocation.timings, invocation.now)
    seen = invocation.run(step)
    logger.info("window is observed", extra={**event, **seen})
    return seen
