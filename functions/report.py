"""Report: judge what happened, close the experiment, and tell it in one document."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.conclusion import conclude
from snapback.protocol.lifecycle import load

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, failure}` → `{failure, report}`, the report as far as it fits."""
    invocation = Invocation.of(context)
    meta = invocation.run(load(event["experiment_id"]))
    step = conclude(meta, event["failure"], invocation.now)
    concluded = invocation.on(meta.experiment).run(step)
    logger.info("experiment is reported", extra={"status": concluded["report"]["status"]})
    return concluded
