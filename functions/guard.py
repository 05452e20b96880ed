"""Guard: before the stack or its table goes, every open experiment is put back and closed."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.cloudformation import ANSWER_SECONDS, answered
from aws.invocation import Context, Invocation
from snapback.rescue.guarding import guard, guarded_table

logger = Logger()
clients.prepare()


@answered
def handler(event: dict[str, Any], context: Context) -> str:
    """`{RequestType, ResourceProperties: {TableName}, …}` → why it is refused, or an empty string."""
    table = guarded_table(event)
    if not table:
        return ""
    invocation = Invocation.of(context).with_table(table)
    switch = invocation.settings.kill_switch_parameter
    refused_for = invocation.run(guard(event, switch, ANSWER_SECONDS, invocation.attempt))
    logger.info("experiments are closed", extra={"refused_for": refused_for})
    return refused_for
