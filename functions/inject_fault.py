"""Inject fault: break the targets of one batch, one after another, each call announced."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.model.records import AT_ONCE
from snapback.run.window import Consent, inject_batch

logger = Logger()
clients.prepare(reads=("lambda", "ssm"), changes=("lambda",))


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, round, batch, at_once?}` → `{injected}`, how many targets are broken.

    An execution that began before an update of the stack does not say how many run side by side.
    """
    invocation = Invocation.of(context, event.get("at_once", AT_ONCE))
    settings = invocation.settings
    consent = Consent(settings.kill_switch_parameter, settings.allowed_tag)
    batch = (event["experiment_id"], event["round"], event["batch"])
    step = inject_batch(*batch, consent, invocation.attempt)
    injected = invocation.run(step)
    logger.info("fault is injected", extra={**event, "injected": injected})
    return {"injected": injected}
