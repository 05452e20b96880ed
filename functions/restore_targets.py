"""Restore targets: put back the targets of one batch; retried until they are."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.rescue.restoration import Batch, restore_batch

logger = Logger()
clients.prepare(reads=("lambda",), changes=("lambda",))


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, batch, failed, round?}` → `{restored}`; raises TargetsNotRestored."""
    invocation = Invocation.of(context)
    count = invocation.run(restore_batch(Batch(**event), invocation.attempt))
    logger.info("targets are restored", extra={**event, "targets": count})
    return {"restored": True}
