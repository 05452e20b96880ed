"""Release targets: give back the locks of an experiment that touched nothing."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.rescue.restoration import release

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, execution_arn, failure}` → `{closed}`."""
    invocation = Invocation.of(context)
    step = release(**event, attempt=invocation.attempt(), clock=invocation.now)
    closed = invocation.run(step)
    logger.info("targets are released", extra={"closed": closed})
    return {"closed": closed}
