"""Restore targets: put back the targets of one batch; retried until they are."""

from typing import Any

from aws_lambda_powertools import Logger

from aws.invocation import Context, Invocation
from snapback.rescue.restoration import Batch, restore_batch

logger = Logger()


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, batch, failed, round?, at_once?}` → `{restored}`; raises TargetsNotRestored.

    An execution that began before an update of the stack does not say how many run side by side.
    """
    invocation = Invocation.of(context, event.get("at_once", 1))
    asked = {name: value for name, value in event.items() if name != "at_once"}
    count = invocation.run(restore_batch(Batch(**asked), invocation.attempt))
    logger.info("targets are restored", extra={**event, "targets": count})
    return {"restored": True}
