"""Abandon target: give up, for a recorded reason, a target that no restore can put back."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.rescue.abandonment import abandon

logger = Logger()
clients.prepare()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{input, execution}` → `{experiment_id, target, by_hand}`; raises InvalidExperiment."""
    invocation = Invocation.of(context)
    step = abandon(event["input"], event["execution"], invocation.attempt)
    abandoned = invocation.run(step)
    which = {name: abandoned[name] for name in ("experiment_id", "target")}
    logger.warning("target is abandoned", extra=which)
    return abandoned
