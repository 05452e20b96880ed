"""Validate experiment: refuse a request with every problem at once, before anything is touched."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.interruption import kill_switch
from snapback.request import parse
from snapback.validation import Limits, validate

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{input}` → `{experiment, targets}`; raises InvalidExperiment."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    parsed = parse(event["input"])
    if parsed.experiment is not None:
        invocation = invocation.on(parsed.experiment.stored())
    stopped = invocation.run(kill_switch(settings.kill_switch_parameter))
    limits = Limits(settings.max_duration_seconds, settings.max_targets, settings.allowed_tag)
    valid = invocation.run(validate(parsed.refused(stopped), limits, settings.timings))
    logger.info("experiment is valid", extra={"targets": len(valid["targets"])})
    return valid
