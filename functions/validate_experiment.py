"""Validate experiment: refuse a request with every problem at once, before anything is touched."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import regions
from aws.invocation import Context, Invocation
from snapback.run.crowd import Caps
from snapback.validate.limits import Limits
from snapback.validate.validation import validate

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{input}` → `{experiment, targets, warnings}`; raises InvalidExperiment."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    limits = Limits(
        longest_duration=settings.max_duration_seconds,
        most_targets=settings.max_targets,
        shortest_interval=settings.min_interval_seconds,
        requests_per_second=settings.requests_per_second,
        caps=Caps(settings.max_open_experiments, settings.max_open_targets),
        allowed_tag=settings.allowed_tag,
        allowed_hours=settings.allowed_hours,
        faults=settings.faults,
        restore_role_arn=settings.restore_role_arn,
        table_key_arn=settings.table_key_arn,
        regions=regions.known() | settings.extra_regions,
    )
    switch = settings.kill_switch_parameter
    valid = invocation.run(validate(event["input"], limits, switch, invocation.attempt))
    logger.info("experiment is valid", extra={"targets": len(valid["targets"])})
    return valid
