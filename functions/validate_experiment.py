"""Validate experiment: refuse a request with every problem at once, before anything is touched."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.rescue.interruption import not_startable
from snapback.validate.request import parse
from snapback.validate.validation import Limits, validate

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{input}` → `{experiment, targets, warnings}`; raises InvalidExperiment."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    parsed = parse(event["input"])
    if parsed.experiment is not None:
        invocation = invocation.on(parsed.experiment.stored())
    stopped = invocation.run(not_startable(settings.kill_switch_parameter))
    limits = Limits(
        longest_duration=settings.max_duration_seconds,
        most_targets=settings.max_targets,
        allowed_tag=settings.allowed_tag,
        allowed_hours=settings.allowed_hours,
        restore_role_arn=settings.restore_role_arn,
    )
    step = validate(parsed.refused(stopped), limits, settings.timings, invocation.now)
    valid = invocation.run(step)
    logger.info("experiment is valid", extra={"targets": len(valid["targets"])})
    return valid
