"""Notify: tell people, in words, of each change of an execution's status."""

from typing import Any

from aws_lambda_powertools import Logger

from aws import clients
from aws.invocation import Context, Invocation
from snapback.report.notices import Machines, notify

logger = Logger()
clients.prepare(changes=("sns",), table=False)


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """An event of Step Functions from EventBridge → `{subject}`; Lambda repeats it if it fails."""
    invocation = Invocation.of(context)
    settings = invocation.settings
    machines = Machines(settings.restore_state_machine_arn, settings.abandon_state_machine_arn)
    subject = invocation.run(notify(event["detail"], machines, settings.report_topic_arn))
    logger.info("told", extra={"subject": subject})
    return {"subject": subject}
