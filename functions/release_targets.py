"""Release targets: give back the locks of an experiment that touched nothing."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.rescue.restoration import release

logger = Logger()
clients.prepare()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, execution_arn, failure}` → `{closed}`."""
    invocation = Invocation.of(context)
    closed = invocation.run(release(**event, attempt=invocation.attempt))
    logger.info("targets are released", extra={"closed": closed})
    return {"closed": closed}
