"""Report: close the experiment, judge what happened, and tell it in one document."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from aws import clients
from aws.invocation import Context, Invocation
from snapback.report.conclusion import conclude
from snapback.report.publication import Outlets

logger = Logger()
metrics = Metrics()
clients.prepare(reads=("cloudwatch", "lambda"), changes=("s3", "sns"))


@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """`{experiment_id, failure}` → `{failure, report}`, the report as far as it fits."""
    invocation = Invocation.of(context)
    outlets = Outlets(invocation.settings.reports_bucket, invocation.settings.report_topic_arn)
    step = conclude(event["experiment_id"], event["failure"], outlets, invocation.attempt)
    concluded = invocation.run(step)
    status = concluded.status
    metrics.add_metric(f"Experiments{status.capitalize()}", MetricUnit.Count, 1)
    if concluded.restore_seconds is not None:
        metrics.add_metric("RestoreSeconds", MetricUnit.Seconds, concluded.restore_seconds)
    logger.info("experiment is reported", extra={"status": status, "problem": concluded.problem})
    return concluded.answer()
